import Foundation
import HeadlessDNS
import Testing

/// What OTP's own resolver makes of our answers, with the settings that a replica gets.
@Suite("inet_res", .timeLimit(.minutes(2)))
struct ErlangTests {
    /// Evaluates an expression in a node that asks this server and nobody else; what it prints.
    private func evaluate(_ expression: String, server: TestAddress) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "inetrc-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: file) }
        let address = server.host.replacing(".", with: ",")
        try """
        {resolv_conf, ""}.
        {lookup, [dns]}.
        {search, ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"]}.
        {nameserver, {\(address)}, \(server.port)}.
        """.write(to: file, atomically: true, encoding: .utf8)
        let result = try await Command.run(
            ["erl", "-noshell", "-noinput", "-eval", "io:format(\"~0p\", [\(expression)]), halt()."],
            environment: ["ERL_INETRC": file.path], deadline: .seconds(60))
        #expect(result.status == 0, "\(result.output) \(result.errors)")
        return result.output
    }

    @Test("it looks names up, short ones through the search list, reverse ones and SRV")
    func lookups() async throws {
        try await withServer(Zones.demo) { _, address in
            let output = try await evaluate(
                """
                [lists:sort(inet_res:lookup("hello.default.svc.cluster.local", in, a)),
                 element(6, element(2, inet_res:getbyname("hello", a))),
                 element(6, element(2, inet_res:getbyname("hello-peers.default", a))),
                 element(3, element(2, inet_res:getbyname("hello", a))),
                 inet_res:lookup("hello.default.svc.cluster.local", in, aaaa),
                 inet_res:getbyname("hello.default.svc.cluster.local", aaaa),
                 inet_res:getbyname("nobody", a),
                 inet:getaddrs("hello", inet),
                 inet:getaddr("127.99.0.7", inet),
                 lists:sort(inet_res:lookup("_http._tcp.hello.default.svc.cluster.local", in, srv)),
                 length(inet_res:lookup("hello.default.svc.cluster.local", in, srv)),
                 element(2, element(2, inet_res:gethostbyaddr({127,88,0,12}))),
                 inet_res:lookup("dns-version.cluster.local", in, txt)]
                """, server: address)
            #expect(
                output == """
                    [[{127,88,0,11},{127,88,0,12},{127,88,0,13}],\
                    [{127,88,0,11},{127,88,0,12},{127,88,0,13}],\
                    [{127,88,0,11},{127,88,0,14}],\
                    [],\
                    [],\
                    {error,nxdomain},\
                    {error,nxdomain},\
                    {ok,[{127,88,0,11},{127,88,0,12},{127,88,0,13}]},\
                    {ok,{127,99,0,7}},\
                    [{0,33,20001,"127-88-0-12.hello.default.svc.cluster.local"},\
                    {0,33,20001,"hello-web-1-x7k2p.hello.default.svc.cluster.local"},\
                    {0,33,20003,"127-88-0-13.hello.default.svc.cluster.local"}],\
                    3,\
                    "127-88-0-12.hello.default.svc.cluster.local",\
                    [["1.1.0"]]]
                    """)
        }
    }

    @Test("an answer over 512 octets it asks again over TCP")
    func tcp() async throws {
        try await withServer(Zones.many(60)) { server, address in
            let output = try await evaluate(
                "length(inet_res:lookup(\"many.default.svc.cluster.local\", in, a))", server: address)
            #expect(output == "60")
            #expect(server.counters.tcpQueries == 1)
            #expect(server.counters.truncated == 1)
        }
    }

    @Test("names outside the zone reach the host's resolvers through us")
    func forwarded() async throws {
        try await withServer(Zones.single("192.0.2.1", origin: "example.test")) { _, upstream in
            try await withServer(Zones.demo, upstreams: .servers([upstream.socketAddress()])) { _, address in
                let output = try await evaluate("inet_res:lookup(\"hello.default.svc.example.test\", in, a)", server: address)
                #expect(output == "[{192,0,2,1}]")
            }
        }
    }
}
