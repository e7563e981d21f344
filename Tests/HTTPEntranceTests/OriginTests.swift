import NIOCore
import TestSupport
import Testing

@testable import HTTPEntrance

@Suite("The entrance: where a request came from", .timeLimit(.minutes(1)))
struct OriginTests {
    @Test(
        "the client is who called the nearest trusted proxy: of the addresses that are listed, the last that is none of them",
        arguments: [
            (["203.0.113.7"], "203.0.113.7"),
            (["6.6.6.6, 203.0.113.7"], "203.0.113.7"),
            (["6.6.6.6, 203.0.113.7, 10.0.0.2", "10.0.0.3"], "203.0.113.7"),
            (["6.6.6.6", "203.0.113.7,10.0.0.2"], "203.0.113.7"),
            (["203.0.113.7:4711"], "203.0.113.7"),
            (["[2001:db8::1]:4711"], "2001:db8::1"),
            (["2001:db8::1"], "2001:db8::1"),
            (["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
            (["6.6.6.6, unknown, 10.0.0.2"], "10.0.0.2"),
            (["nonsense"], "127.0.0.1"), ([""], "127.0.0.1"), ([], "127.0.0.1"),
        ])
    func client(_ fields: [String], _ expected: String) throws {
        let trusted = try TrustedProxies(trusting: "127.0.0.1", "10.0.0.0/8")
        #expect(RequestOrigin.client(fields, behind: "127.0.0.1", trusted) == expected)
    }

    private static let name = "0123456789abcdef0123"

    @Test(
        "behind a trusted proxy the log has the client's address and the id that was believed, and so have the replica and answers"
    )
    func believed() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica], trusted: try TrustedProxies(trusting: "127.0.0.1"))
        let fields = "X-Forwarded-For: 6.6.6.6, 203.0.113.7\r\nX-Request-Id: \(Self.name)\r\n"
        #expect(try entrance.get(fields: fields).status == 200)
        let seen = try #require(replica.requests.first)
        #expect(seen.values("X-Request-Id") == [Self.name])
        #expect(seen.values("X-Forwarded-For") == ["6.6.6.6, 203.0.113.7", "127.0.0.1"])
        let unknown = try entrance.get(host: "nobody.example", fields: fields)
        #expect(unknown.status == 404 && unknown.value("X-Request-Id") == Self.name)
        for line in try await entrance.logged(2) {
            #expect(line["client"] as? String == "203.0.113.7" && line["requestId"] as? String == Self.name, "\(line)")
        }
        await entrance.stop()
    }

    @Test("an id that no log should show is replaced, and of several the first that can be believed is taken")
    func names() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica], trusted: try TrustedProxies(trusting: "127.0.0.1"))
        _ = try entrance.get(fields: "X-Request-Id: short\r\nX-Request-Id: \(Self.name)\r\n")
        _ = try entrance.get(fields: "X-Request-Id: 0123456789\"abcdef\\0123\r\n")
        let lines = try await entrance.logged(2)
        let told = replica.requests.compactMap { $0.value("X-Request-Id") }
        // Each event loop writes its own lines.
        #expect(Set(lines.map { $0["requestId"] as? String }) == Set(told))
        #expect(told[0] == Self.name && told[1].count == 24 && !told[1].contains("\""))
        await entrance.stop()
    }

    @Test("from anybody else neither is believed")
    func stranger() async throws {
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica], trusted: try TrustedProxies(trusting: "10.0.0.0/8"))
        _ = try entrance.get(fields: "X-Forwarded-For: 203.0.113.7\r\nX-Request-Id: \(Self.name)\r\n")
        let line = try #require(try await entrance.logged(1).first)
        #expect(line["client"] as? String == "127.0.0.1" && line["requestId"] as? String != Self.name)
        #expect(line["requestId"] as? String == replica.requests.first?.value("X-Request-Id"))
        await entrance.stop()
    }
}
