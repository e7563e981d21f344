import Foundation
import HTTPEntrance
import NIOCore
import TestSupport
import Testing

@Suite("The entrance: requests and answers", .timeLimit(.minutes(2)))
struct ProxyingTests {
    @Test("requests go by host and path; what nobody serves is told, to who is on this machine with what is served")
    func routes() async throws {
        let (shop, api, other) = (try TestReplica("shop-1"), try TestReplica("api-1"), try TestReplica("other-1"))
        let entrance = try await TestEntrance()
        try await entrance.use([
            Route(app: "shop", hosts: ["shop.localhost", "shop.example"], endpoints: [shop.endpoint]),
            Route(app: "shop", hosts: ["shop.localhost", "shop.example"], path: "/api", endpoints: [api.endpoint]),
            Route(app: "other", hosts: ["other.localhost"], endpoints: [other.endpoint]),
        ])
        for (host, path) in [("shop.localhost", "/"), ("SHOP.example:80", "/apiary"), ("shop.localhost", "/x/api")] {
            #expect(try entrance.get(path, host: host).status == 200)
        }
        for path in ["/api", "/api/", "/api/x?y", "/api?y"] {
            #expect(try entrance.get(path, host: "shop.example").status == 200)
        }
        #expect(try entrance.get(host: "other.localhost.").status == 200)
        #expect(shop.requests.map(\.target) == ["/", "/apiary", "/x/api"])
        #expect(api.requests.map(\.target) == ["/api", "/api/", "/api/x?y", "/api?y"])
        #expect(other.requests.count == 1)

        let unknown = try entrance.get(host: "nobody.localhost")
        #expect(unknown.status == 404)
        #expect(unknown.body.contains("'nobody.localhost'") && unknown.body.contains("http://other.localhost"))
        // With two apps an address says nothing; with one it does.
        #expect(try entrance.get(host: "127.0.0.1").status == 404)
        try await entrance.use([Route(app: "other", hosts: ["other.localhost"], endpoints: [other.endpoint])])
        for host in ["127.0.0.1:8080", "localhost", "[::1]"] { #expect(try entrance.get(host: host).status == 200) }
        await entrance.stop()
    }

    @Test("the replica is told where a request came from, and nothing that the client made up about that")
    func provenance() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica])
        let forged = """
            X-Forwarded-For: 6.6.6.6\r
            X-Forwarded-Proto: gopher\r
            X-Forwarded-Host: evil\r
            Forwarded: for=6.6.6.6\r
            X-Real-IP: 6.6.6.6\r
            X-Request-Id: forged-forged-forged-forged\r
            Keep-Alive: 300\r
            TE: trailers\r
            Connection: keep-alive, X-Own\r
            X-Own: 1\r
            Cookie: a=b\r\n
            """
        #expect(try entrance.get(fields: forged).status == 200)
        #expect(try entrance.get(host: "hello.localhost:8080").status == 200)
        let (seen, plain) = (replica.requests[0], replica.requests[1])
        #expect(seen.values("X-Forwarded-For") == ["127.0.0.1"])
        #expect(seen.values("X-Forwarded-Proto") == ["https"], "a host below localhost is as good as HTTPS")
        #expect(seen.values("X-Forwarded-Host") == ["hello.localhost"])
        #expect(plain.values("X-Forwarded-Host") == ["hello.localhost:8080"] && plain.values("Host") == ["hello.localhost:8080"])
        #expect(seen.values("Cookie") == ["a=b"])
        for name in ["Forwarded", "X-Real-IP", "Keep-Alive", "TE", "Connection", "X-Own"] {
            #expect(seen.values(name) == [], "\(name)")
        }
        let ids = [seen, plain].flatMap { $0.values("X-Request-Id") }
        #expect(ids.count == 2 && Set(ids).count == 2 && ids.allSatisfy { $0.count == 24 && $0 != "forged-forged-forged-forged" })
        await entrance.stop()
    }

    @Test("a load balancer that is trusted is believed, and its own address added")
    func trusted() async throws {
        let replica = try TestReplica("hello-1")
        var proxies = TrustedProxies()
        #expect(proxies.add("127.0.0.0/8") && proxies.add("2001:db8::/32") && !proxies.add("127.0.0.1/33") && !proxies.add("x"))
        let entrance = try await TestEntrance([replica], trusted: proxies)
        let id = "0123456789abcdefghij"
        _ = try entrance.get(
            fields: "X-Forwarded-For: 5.5.5.5\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop\r\nX-Request-Id: \(id)\r\n")
        let seen = try #require(replica.requests.first)
        #expect(seen.values("X-Forwarded-For") == ["5.5.5.5", "127.0.0.1"])
        #expect(seen.values("X-Forwarded-Proto") == ["http"] && seen.values("X-Forwarded-Host") == ["shop"])
        #expect(seen.values("X-Request-Id") == [id])
        await entrance.stop()
    }

    @Test("what two servers might read differently never reaches a replica", arguments: SmugglingCorpus.all)
    func smuggling(entry: SmugglingCorpus.Entry) async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica])
        let wire = try Wire(to: entrance.port)
        try wire.send(entry.text)
        let answer = try #require(try Message.read(wire))
        #expect(answer.status == entry.status)
        #expect(answer.value("Connection") == "close")
        #expect(try wire.read().isEmpty, "the connection is over")
        #expect(replica.requests.isEmpty && replica.connections == 0)
        await entrance.stop()
    }

    @Test("a body that goes wrong later never reaches a replica whole", arguments: SmugglingCorpus.lateBodies)
    func lateSmuggling(entry: SmugglingCorpus.Entry) async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica])
        let wire = try Wire(to: entrance.port)
        try wire.send(entry.text)
        #expect(try Message.read(wire)?.status == entry.status)
        #expect(replica.requests.isEmpty)
        await entrance.stop()
    }

    @Test("requests follow each other on a connection, also when they are sent all at once")
    func pipelined() async throws {
        let replica = try TestReplica("hello-1") { request, wire in try wire.answer(body: request.target) }
        let entrance = try await TestEntrance([replica])
        let wire = try Wire(to: entrance.port)
        try wire.send((1...50).map { "GET /\($0) HTTP/1.1\r\nHost: hello.localhost\r\n\r\n" }.joined())
        for number in 1...50 { #expect(try Message.read(wire)?.body == "/\(number)") }
        try wire.send("POST /last HTTP/1.1\r\nHost: hello.localhost\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
        let last = try Message.read(wire)
        #expect(last?.body == "/last" && last?.value("Connection") == "close")
        #expect(try wire.read().isEmpty)
        #expect(replica.connections == 1, "one connection to the replica is enough")
        await entrance.stop()
    }

    @Test("bodies arrive as they were sent, with a length or in chunks")
    func bodies() async throws {
        let replica = try TestReplica("hello-1") { request, wire in
            try wire.answer(body: "\(request.body.utf8.count) \(request.value("Transfer-Encoding") ?? "-")")
        }
        let entrance = try await TestEntrance([replica])
        let body = String(repeating: "0123456789", count: 300_000)
        let whole = try Wire(to: entrance.port)
        try whole.send("POST / HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
        #expect(try Message.read(whole)?.body == "3000000 -")
        let chunked = try Wire(to: entrance.port)
        try chunked.send("POST / HTTP/1.1\r\nHost: hello.localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in 0..<30 {
            let part = body.dropFirst(piece * 100_000).prefix(100_000)
            try chunked.send("\(String(part.utf8.count, radix: 16))\r\n\(part)\r\n")
        }
        try chunked.send("0\r\nX-Trailer: dropped\r\n\r\n")
        #expect(try Message.read(chunked)?.body == "3000000 chunked")
        let empty = try Wire(to: entrance.port)
        try empty.send("POST / HTTP/1.1\r\nHost: hello.localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        #expect(try Message.read(empty)?.body == "0 chunked")
        await entrance.stop()
    }

    @Test("a body over the route's bound is refused, before it is sent on or while it is")
    func bodyLimit() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance()
        try await entrance.use([
            Route(app: "hello", hosts: ["hello.localhost"], endpoints: [replica.endpoint], maximumBody: 1000)
        ])
        let declared = try Wire(to: entrance.port)
        try declared.send("POST / HTTP/1.1\r\nHost: hello.localhost\r\nContent-Length: 1001\r\n\r\n")
        #expect(try Message.read(declared)?.status == 413)
        let streamed = try Wire(to: entrance.port)
        try streamed.send("POST / HTTP/1.1\r\nHost: hello.localhost\r\nTransfer-Encoding: chunked\r\n\r\n1f4\r\n")
        try streamed.send(String(repeating: "a", count: 500) + "\r\n1f5\r\n" + String(repeating: "a", count: 501))
        #expect(try Message.read(streamed)?.status == 413)
        #expect(replica.requests.isEmpty)
        await entrance.stop()
    }

    @Test("each way in which an answer can end is passed on in one that the client understands")
    func answers() async throws {
        let replica = try TestReplica("hello-1") { request, wire in
            switch request.target {
            case "/chunks":
                try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
            case "/close":
                try wire.send("HTTP/1.1 200 OK\r\nX: y\r\n\r\nhello world")
                wire.end()
            case "/none": try wire.send("HTTP/1.1 204 No Content\r\n\r\n")
            case "/hints":
                try wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            default:
                try wire.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nKeep-Alive: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n"
                        + (request.first.hasPrefix("HEAD") ? "" : "hello world"))
            }
        }
        let entrance = try await TestEntrance([replica])
        for path in ["/chunks", "/close"] {
            let new = try entrance.get(path)
            #expect(new.body == "hello world" && new.value("Transfer-Encoding") == "chunked")
            let old = try Wire(to: entrance.port)
            try old.send("GET \(path) HTTP/1.0\r\nHost: hello.localhost\r\n\r\n")
            let answer = try #require(try Message.read(old, untilClose: true))
            #expect(answer.body == "hello world" && answer.value("Transfer-Encoding") == nil)
        }
        let plain = try entrance.get("/plain")
        #expect(plain.body == "hello world" && plain.values("Set-Cookie") == ["a", "b"] && plain.value("Keep-Alive") == nil)
        #expect(try entrance.get("/none").status == 204)
        let wire = try Wire(to: entrance.port)
        try wire.send("HEAD / HTTP/1.1\r\nHost: hello.localhost\r\n\r\nGET /hints HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        let head = try Message.read(wire, hasBody: false)
        #expect(head?.status == 200 && head?.value("Content-Length") == "11")
        #expect(try Message.read(wire)?.status == 103)
        #expect(try Message.read(wire)?.body == "ok")
        await entrance.stop()
    }

    @Test("pieces of an answer and of a body are passed on as they come, not when all is there")
    func streams() async throws {
        let replica = try TestReplica("hello-1") { request, wire in
            try wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            // Each event is sent when the client has answered the one before.
            for number in 1...3 {
                try wire.send("8\r\ndata: \(number)\n\r\n")
                Thread.sleep(forTimeInterval: 0.05)
            }
            try wire.send("0\r\n\r\n")
        }
        let entrance = try await TestEntrance([replica])
        let wire = try Wire(to: entrance.port)
        try wire.send("GET /sse HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        _ = try wire.read(through: "\r\n\r\n")
        for number in 1...3 { #expect(try wire.read(through: "data: \(number)\n\r\n").hasSuffix("data: \(number)\n\r\n")) }
        #expect(try wire.read(through: "0\r\n\r\n") == "0\r\n\r\n")
        await entrance.stop()
    }

    @Test("who does not read holds the replica back, and costs no memory")
    func backPressure() async throws {
        let size = 200 << 20
        let replica = try TestReplica("hello-1") { _, wire in
            try wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let piece = [UInt8](repeating: 97, count: 1 << 20)
            for _ in 0..<200 { try wire.send(piece) }
        }
        let entrance = try await TestEntrance([replica])
        let before = Self.residentBytes()
        let wire = try Wire(to: entrance.port)
        try wire.send("GET / HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
        _ = try wire.read(through: "\r\n\r\n")
        try await Task.sleep(for: .milliseconds(300))
        #expect(Self.residentBytes() - before < 64 << 20)
        var count = 0
        while count < size { count += try wire.read(atMost: 1 << 20).count }
        #expect(count == size)
        await entrance.stop()
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
    }

    @Test("the access log has a line of JSON for each request, without its query")
    func accessLog() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica])
        _ = try entrance.get("/a\"b\\c?token=secret")
        _ = try entrance.get("/x", host: "nobody")
        let bad = try Wire(to: entrance.port)
        try bad.send("nonsense\r\n\r\n")
        _ = try bad.readAll()
        let lines = try await entrance.logged(3)
        let first = try #require(lines.first { $0["app"] as? String == "hello" })
        #expect(
            first["path"] as? String == "/a\"b\\c" && first["status"] as? Int == 200 && first["replica"] as? String == "hello-1")
        #expect(first["method"] as? String == "GET" && first["host"] as? String == "hello.localhost")
        #expect(first["client"] as? String == "127.0.0.1" && (first["requestId"] as? String)?.count == 24)
        #expect((first["time"] as? String)?.hasSuffix("Z") == true && (first["milliseconds"] as? Double ?? -1) >= 0)
        #expect(lines.contains { $0["status"] as? Int == 404 } && lines.contains { $0["status"] as? Int == 400 })
        #expect(try !String(contentsOfFile: entrance.log, encoding: .utf8).contains("secret"))
        await entrance.stop()
    }
}
