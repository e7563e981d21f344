import Foundation
import TestSupport
import Testing

@testable import HTTPEntrance

@Suite("The entrance: HTTPS", .timeLimit(.minutes(2)))
struct HTTPSTests {
    /// Runs `curl`, and returns what it writes and its exit code.
    private static func curl(_ words: [String]) async throws -> (text: String, code: Int32?) {
        let process = try Spawned(["curl", "-sS", "--max-time", "20"] + words)
        var lines: [String] = []
        for await line in process.output { lines.append(line) }
        return (lines.joined(separator: "\n"), await process.exitCode())
    }

    private static func get(
        _ entrance: TestEntrance, _ name: String, _ certificates: TestCertificates, _ more: [String] = []
    ) async throws -> (text: String, code: Int32?) {
        let port = entrance.httpsPort
        return try await curl(
            ["--cacert", certificates.authority, "--resolve", "\(name):\(port):127.0.0.1", "https://\(name):\(port)/"] + more)
    }

    @Test("curl that trusts the authority is answered, and the replica is told https; one that does not is refused quietly")
    func curl() async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1") { request, wire in
            try wire.answer(body: request.value("X-Forwarded-Proto") ?? "-")
        }
        let entrance = try await TestEntrance()
        let files = try await certificates.make("hello", ["DNS:hello.example", "IP:127.0.0.1"])
        let routes = [Route(app: "hello", hosts: ["hello.example"], endpoints: [replica.endpoint])]
        #expect(entrance.httpsPort == 0, "without a certificate nobody listens")
        try await entrance.use(routes, [files])
        #expect(try await Self.get(entrance, "hello.example", certificates) == ("https", 0))
        #expect(try await Self.get(entrance, "127.0.0.1", certificates) == ("https", 0))
        // 60: the certificate is not trusted; here for its authority, and then for its name.
        #expect(try await Self.curl(["https://127.0.0.1:\(entrance.httpsPort)/"]).code == 60)
        #expect(try await Self.get(entrance, "other.example", certificates).code == 60)
        #expect(replica.requests.count == 2)
        try await eventually("nothing is open") { entrance.server.counters.openConnections == 0 }
        #expect(entrance.server.problems == [])
        await entrance.stop()
    }

    @Test("TLS 1.2 and 1.3 are spoken, older ones are not; of the protocols offered it is http/1.1")
    func versions() async throws {
        let certificates = try await TestCertificates()
        let entrance = try await TestEntrance(certificates: [certificates.make("hello", ["DNS:hello.localhost"])])
        for (option, version) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
            let greeting = try await Greeting.with(
                entrance.httpsPort, name: "hello.localhost", trust: certificates.authority, [option])
            #expect(greeting.version == version && greeting.isTrusted)
            #expect(greeting.applicationProtocol == "http/1.1")
        }
        #expect(entrance.server.counters.refusedCount == 0)
        for option in ["-tls1", "-tls1_1"] {
            let greeting = try await Greeting.with(
                entrance.httpsPort, name: "hello.localhost", [option, "-cipher", "DEFAULT@SECLEVEL=0"])
            #expect(greeting.version == nil, "\(option)")
        }
        // Without forward secrecy, which only TLS 1.2 offers.
        let old = try await Greeting.with(entrance.httpsPort, name: "hello.localhost", ["-tls1_2", "-cipher", "AES128-SHA"])
        #expect(old.version == nil)
        try await eventually("they are counted") { entrance.server.counters.refusedCount == 3 }
        try await eventually("nothing is open") { entrance.server.counters.openConnections == 0 }
        await entrance.stop()
    }

    @Test("the name that is asked for chooses the certificate; without one, or an unknown one, it is the first")
    func choice() async throws {
        let certificates = try await TestCertificates()
        let entrance = try await TestEntrance(certificates: [
            certificates.make("first", ["DNS:first.example"]),
            // Another kind of key than the first has.
            certificates.make("second", ["DNS:second.example"], key: ["-newkey", "rsa:2048"]),
            certificates.make("wild", ["DNS:*.wild.example"]),
        ])
        let expected = [
            "first.example": "first", "SECOND.example": "second", "a.wild.example": "wild", "a.b.wild.example": "first",
            "wild.example": "first", "unknown.example": "first",
        ]
        for (name, commonName) in expected {
            for option in ["-tls1_2", "-tls1_3"] {
                let greeting = try await Greeting.with(entrance.httpsPort, name: name, trust: certificates.authority, [option])
                #expect(greeting.commonName == commonName && greeting.isTrusted, "\(name) \(option)")
            }
        }
        #expect(try await Greeting.with(entrance.httpsPort, name: nil).commonName == "first")
        await entrance.stop()
    }

    @Test("a certificate is replaced while connections live on; without any HTTPS is taken no more, and they still live on")
    func replacement() async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1") { request, wire in try wire.answer(body: request.target) }
        let before = try await certificates.make("before", ["DNS:hello.localhost"])
        let after = try await certificates.make("after", ["DNS:hello.localhost"])
        let entrance = try await TestEntrance([replica], certificates: [before])
        let port = entrance.httpsPort
        let wire = try Wire.overTLS(to: port, trust: certificates.authority)
        func ask(_ path: String) throws -> String? {
            try wire.send("GET \(path) HTTP/1.1\r\nHost: hello.localhost\r\n\r\n")
            return try Message.read(wire)?.body
        }
        #expect(try ask("/1") == "/1")
        #expect(try await Greeting.with(port, name: "hello.localhost").commonName == "before")
        // The files are gone, but nothing says that they have changed.
        try FileManager.default.removeItem(atPath: before.certificate)
        try await entrance.use([replica], certificates: [before])
        #expect(try await Greeting.with(port, name: "hello.localhost").commonName == "before")
        try await entrance.use([replica], certificates: [after])
        #expect(entrance.httpsPort == port, "it listens on as it did")
        #expect(try await Greeting.with(port, name: "hello.localhost").commonName == "after")
        #expect(try ask("/2") == "/2")
        try await entrance.use([replica])
        #expect(entrance.httpsPort == 0 && entrance.server.problems == [])
        #expect(throws: Wire.Failure.self) { try Wire(to: port) }
        #expect(try ask("/3") == "/3")
        #expect(entrance.told.lines.last == "listening for HTTPS no more")
        await entrance.stop()
    }

    @Test("large bodies go both ways, and who does not read holds the replica back")
    func largeBodies() async throws {
        let certificates = try await TestCertificates()
        let size = 100 << 20
        let replica = try TestReplica("hello-1") { request, wire in
            if request.first.hasPrefix("POST") { return try wire.answer(body: "\(request.body.utf8.count)") }
            try wire.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let piece = [UInt8](repeating: 97, count: 1 << 20)
            for _ in 0..<100 { try wire.send(piece) }
        }
        let entrance = try await TestEntrance([replica], certificates: [certificates.make("hello", ["DNS:hello.localhost"])])
        let file = certificates.path("body")
        try Data(repeating: 98, count: 8_000_000).write(to: URL(filePath: file))
        for form in [[], ["-H", "Transfer-Encoding: chunked"]] {
            let sent = try await Self.get(entrance, "hello.localhost", certificates, ["--data-binary", "@\(file)"] + form)
            #expect(sent == ("8000000", 0))
        }
        let wire = try Wire.overTLS(to: entrance.httpsPort, trust: certificates.authority)
        try wire.send("GET / HTTP/1.1\r\nHost: hello.localhost\r\nConnection: close\r\n\r\n")
        _ = try wire.read(through: "\r\n\r\n")
        let before = Self.residentBytes()
        try await Task.sleep(for: .milliseconds(300))
        #expect(Self.residentBytes() - before < 32 << 20)
        var count = 0
        while case let piece = try wire.read(atMost: 1 << 20), !piece.isEmpty { count += piece.count }
        #expect(count == size)
        await entrance.stop()
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
    }

    @Test("a WebSocket goes both ways over TLS, and is closed with a close frame when its replica is drained")
    func webSocket() async throws {
        let certificates = try await TestCertificates()
        let heard = Heard()
        let replica = try TestReplica("hello-1") { _, wire in
            try wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
            while case let octets = try wire.read(), !octets.isEmpty {
                heard.add(octets)
                if octets[0] == 0x88 { return }
                try wire.send(octets)
            }
        }
        let files = try await certificates.make("hello", ["DNS:hello.localhost"])
        let entrance = try await TestEntrance([replica], certificates: [files])
        let wire = try Wire.overTLS(to: entrance.httpsPort, trust: certificates.authority)
        try wire.send(
            "GET / HTTP/1.1\r\nHost: hello.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        #expect(try Message.read(wire)?.status == 101)
        let frame: [UInt8] = [0x81, 0x85, 0, 0, 0, 0] + Array("hello".utf8)
        for _ in 0..<3 {
            try wire.send(frame)
            #expect(try wire.read(exactly: frame.count) == frame)
        }
        try await entrance.use([], certificates: [files])
        async let left = entrance.server.drain("hello-1", patience: .seconds(5))
        try await eventually("the drain is under way") { heard.octets.count > 3 * frame.count }
        let close = try wire.read(exactly: 4)
        #expect(close[0] == 0x88 && close[2] == 0x03 && close[3] == 0xE9, "1001, going away")
        _ = try wire.read(exactly: Int(close[1]) - 2)
        try wire.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9])
        #expect(try wire.read().isEmpty)
        #expect(try await left == 0)
        try await eventually("nothing is open") { entrance.server.counters.openConnections == 0 }
        await entrance.stop()
    }

    @Test(
        "what two servers might read differently never reaches a replica",
        arguments: SmugglingCorpus.lengths.prefix(3) + SmugglingCorpus.lines.prefix(3) + SmugglingCorpus.requestLines.prefix(3)
            + SmugglingCorpus.hosts.prefix(3) + SmugglingCorpus.bodies.prefix(3))
    func smuggling(entry: SmugglingCorpus.Entry) async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1")
        let entrance = try await TestEntrance([replica], certificates: [certificates.make("hello", ["DNS:hello.localhost"])])
        let wire = try Wire.overTLS(to: entrance.httpsPort, trust: certificates.authority)
        try wire.send(entry.text)
        let answer = try #require(try Message.read(wire))
        #expect(answer.status == entry.status && answer.value("Connection") == "close")
        #expect(try wire.read().isEmpty, "the connection is over")
        #expect(replica.requests.isEmpty && replica.connections == 0)
        await entrance.stop()
    }

    @Test("an answer that breaks off is not ended as a whole one is, although its end is the connection's")
    func truncated() async throws {
        let certificates = try await TestCertificates()
        let replica = try TestReplica("hello-1") { request, wire in
            try wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
            if request.target == "/whole" { return try wire.send("0\r\n\r\n") }
            wire.end()
        }
        let entrance = try await TestEntrance([replica], certificates: [certificates.make("hello", ["DNS:hello.localhost"])])
        // In HTTP/1.0 only the farewell of TLS tells the one from the other.
        for (path, breaksOff) in [("/whole", false), ("/half", true)] {
            let (wire, program) = try Wire.client(to: entrance.httpsPort, trust: certificates.authority)
            try wire.send("GET \(path) HTTP/1.0\r\nHost: hello.localhost\r\n\r\n")
            #expect(try wire.readAll().hasSuffix("\r\n\r\nhalf"))
            #expect(await (program.line(containing: "unexpected eof") != nil) == breaksOff, "\(path)")
        }
        await entrance.stop()
    }
}
