import HeadlessDNS
import Testing

/// What BIND's own client makes of our answers.
@Suite("dig", .timeLimit(.minutes(1)))
struct DigTests {
    @Test("it reads every kind of record over UDP and TCP", arguments: ["+notcp", "+tcp"])
    func records(transport: String) async throws {
        try await withServer(Zones.demo) { _, address in
            func short(_ name: String, _ type: String) async throws -> [String] {
                try await Dig.short(address, transport, name, type)
            }
            let name = "hello.default.svc.cluster.local"
            #expect(try await short(name, "A") == ["127.88.0.11", "127.88.0.12", "127.88.0.13"])
            #expect(try await short(name, "AAAA").isEmpty)
            #expect(try await short("dual.other.svc.cluster.local", "AAAA") == ["fd00::1", "fd00::2"])
            #expect(
                try await short("_http._tcp.\(name)", "SRV") == [
                    "0 33 20001 127-88-0-12.\(name).", "0 33 20001 hello-web-1-x7k2p.\(name).", "0 33 20003 127-88-0-13.\(name).",
                ])
            #expect(try await short("12.0.88.127.in-addr.arpa", "PTR") == ["127-88-0-12.\(name)."])
            #expect(try await short("dns-version.cluster.local", "TXT") == ["\"1.1.0\""])
            #expect(try await short("cluster.local", "NS") == ["ns.dns.cluster.local."])
            #expect(
                try await short("cluster.local", "SOA") == [
                    "ns.dns.cluster.local. hostmaster.cluster.local. 42 7200 1800 86400 1"
                ])
            #expect(try await short("ns.dns.cluster.local", "A") == [address.host])
        }
    }

    @Test("it finds nothing to warn of")
    func clean() async throws {
        try await withServer(Zones.demo) { _, address in
            for words in [["+notcp", "+norecurse"], ["+tcp", "+norecurse"], ["+dnssec", "+norecurse"], ["+noedns", "+norecurse"]] {
                for (name, type) in [
                    ("hello.default.svc.cluster.local", "A"), ("hello.default.svc.cluster.local", "SRV"), ("x.cluster.local", "A"),
                    ("svc.cluster.local", "TXT"), ("1.0.88.127.in-addr.arpa", "PTR"),
                ] {
                    let result = try await Command.run(
                        ["dig", "@\(address.host)", "-p", "\(address.port)", "+tries=1", "+time=3"] + words + [name, type])
                    #expect(result.status == 0)
                    #expect(!result.output.contains("WARNING"), "\(result.output)")
                    #expect(!result.output.contains("malformed"), "\(result.output)")
                }
            }
        }
    }

    @Test("without EDNS, more addresses than fit come over TCP, of themselves")
    func truncated() async throws {
        try await withServer(Zones.many(29)) { server, address in
            #expect(try await Dig.short(address, "+noedns", "many.default.svc.cluster.local", "A").count == 29)
            #expect(server.counters.tcpQueries == 0)
            try server.serve(Zones.many(30))
            let full = try await Dig.run(address, "+noedns", "many.default.svc.cluster.local", "A")
            #expect(full.contains("Truncated, retrying in TCP mode"))
            #expect(full.contains("ANSWER: 30"))
            #expect(server.counters.tcpQueries == 1)
            let cut = try await Dig.run(address, "+noedns", "+ignore", "many.default.svc.cluster.local", "A")
            #expect(cut.contains("flags: qr aa tc rd"))
            #expect(cut.contains("ANSWER: 29"))
        }
    }

    @Test("a buffer size is honoured")
    func bufferSize() async throws {
        try await withServer(Zones.many(60)) { server, address in
            #expect(try await Dig.run(address, "+bufsize=1232", "many.default.svc.cluster.local", "A").contains("ANSWER: 60"))
            #expect(server.counters.tcpQueries == 0)
            #expect(try await Dig.run(address, "+bufsize=512", "many.default.svc.cluster.local", "A").contains("ANSWER: 60"))
            #expect(server.counters.tcpQueries == 1)
        }
    }

    @Test("statuses and sections are what the specification says")
    func statuses() async throws {
        try await withServer(Zones.demo) { _, address in
            let missing = try await Dig.run(address, "nobody.default.svc.cluster.local", "A")
            #expect(missing.contains("status: NXDOMAIN") && missing.contains("AUTHORITY: 1"))
            let noData = try await Dig.run(address, "hello.default.svc.cluster.local", "AAAA")
            #expect(noData.contains("status: NOERROR") && noData.contains("ANSWER: 0, AUTHORITY: 1"))
            let empty = try await Dig.run(address, "empty.other.svc.cluster.local", "A")
            #expect(empty.contains("status: NOERROR") && empty.contains("ANSWER: 0, AUTHORITY: 1"))
            #expect(try await Dig.run(address, "+edns=1", "+noednsneg", "cluster.local", "SOA").contains("status: BADVERS"))
            #expect(try await Dig.run(address, "-c", "CH", "version.bind", "TXT").contains("status: REFUSED"))
            #expect(try await Dig.run(address, "+opcode=UPDATE", "cluster.local", "SOA").contains("status: NOTIMP"))
        }
    }
}
