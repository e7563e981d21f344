import HTTPMessage
import NIOCore
import Testing

@Suite("Heads at the edge of what is accepted")
struct HeadEdgeTests {
    private static func status(_ text: String, _ limits: HeadLimits = HeadLimits()) -> Int? {
        var parser = RequestHeadParser(limits: limits)
        var buffer = ByteBuffer(string: text)
        do throws(HTTPProblem) {
            return try parser.parse(&buffer) == nil ? nil : 200
        } catch {
            return error.status
        }
    }

    @Test("a limit is the most that is accepted", arguments: [(0, 200), (1, 431)])
    func octets(over: Int, expected: Int) {
        let limits = HeadLimits(octets: 100)
        let start = "GET / HTTP/1.1\r\nHost: x\r\nX: "
        let filling = String(repeating: "a", count: 100 - start.utf8.count - 4 + over)
        #expect(Self.status(start + filling + "\r\n\r\n", limits) == expected)
        // Without its end it is refused as soon as it cannot be short enough any more.
        #expect(Self.status(start + filling + "\r\n\r", limits) == (over == 0 ? nil : 431))
    }

    @Test("so are those of fields and target", arguments: [(0, 200, 200), (1, 431, 414)])
    func counts(over: Int, manyFields: Int, longTarget: Int) {
        let fields = String(repeating: "X: y\r\n", count: 99 + over)
        #expect(Self.status("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n") == manyFields)
        let target = "/" + String(repeating: "a", count: 8_191 + over)
        #expect(Self.status("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n") == longTarget)
    }

    @Test("the largest head that there can be has its ranges, and limits cannot be set beyond it")
    func largest() throws {
        var limits = HeadLimits(octets: 1 << 20, fields: 1 << 20)
        #expect(limits.octets == 65_535)
        limits.octets = 1 << 20
        let start = "GET / HTTP/1.1\r\nHost: x\r\nX: "
        let filling = String(repeating: "a", count: 65_535 - start.utf8.count - 4)
        var parser = RequestHeadParser(limits: limits)
        var buffer = ByteBuffer(string: start + filling + "\r\n\r\n")
        let request = try #require(try parser.parse(&buffer))
        #expect(request.fields.last.map { request.text($0.value) } == filling)
        #expect(request.fields.last?.line.end == 65_533)
        #expect(Self.status(start + filling + "a\r\n\r\n", limits) == 431)
    }

    @Test(
        "a host is read without its port, in lower case",
        arguments: [
            ("x", "x"), ("x:", "x"), ("x:80", "x"), ("X-Y_z~.Example.", "x-y_z~.example"), ("127.0.0.1:8080", "127.0.0.1"),
            ("[::1]", "[::1]"), ("[::1]:443", "[::1]"), ("[FD00::A]", "[fd00::a]"), ("[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]"),
        ])
    func hosts(text: String, expected: String) throws {
        let inField = try head("GET / HTTP/1.1\r\nHost: \(text)\r\n\r\n")
        #expect(inField.host == expected)
        #expect(inField.authority.map(inField.text) == text)
        let inTarget = try head("GET http://\(text)/a HTTP/1.1\r\nHost: other\r\n\r\n")
        #expect(inTarget.host == expected)
        #expect(inTarget.authority.map(inTarget.text) == text)
        #expect(inTarget.text(inTarget.target) == "/a")
    }

    @Test(
        "what is no host is refused, in the field and in the target",
        arguments: [
            ":80", "x:y", "x:-1", "x:123456", "x:80:80", "x y", "x%41", "a@b", "x,y", "x\\y", "\u{E4}", "[", "[]", "[::1", "::1",
            "[::1]x", "[::1]80", "[::g]", "[::1%25lo]", String(repeating: "a", count: 256),
        ])
    func badHosts(text: String) {
        #expect(Self.status("GET / HTTP/1.1\r\nHost: \(text)\r\n\r\n") == 400)
        #expect(Self.status("GET http://\(text)/ HTTP/1.1\r\nHost: x\r\n\r\n") == 400)
    }

    @Test(
        "a version that is spoken nowhere is 400, one that is spoken elsewhere 505",
        arguments: [("HTTP/3.0", 505), ("HTTP/0.9", 505), ("HTTP/x.y", 400), ("HTTP/111", 400), ("HTTP/1", 400)])
    func versions(version: String, expected: Int) {
        #expect(Self.status("GET / \(version)\r\nHost: x\r\n\r\n") == expected)
    }

    @Test(
        "the key of a WebSocket is sixteen octets in base64",
        arguments: [
            ("dGhlIHNhbXBsZSBub25jZQ==", 200), ("dGhlIHNhbXBsZSBub25jZQAA", 400), ("dGhlIHNhbXBsZSBub25jZQ!!", 400),
            ("dGhlIHNhbXBsZSBub25jZ===", 400), ("dGhlIHNhbXBsZSBub25jZQ=", 400), ("", 400),
        ])
    func keys(key: String, expected: Int) {
        let fields = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(key)\r\n"
        #expect(Self.status("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n") == expected)
    }

    @Test(
        "a bare carriage return is refused even where what is behind it would read as a field",
        arguments: ["X: a\rYZ: b\r\n", "X: \rZContent-Length: 5\r\n", "X: a\r\r\n", "X: a\r: b\r\n"])
    func bareCarriageReturns(fields: String) {
        #expect(Self.status("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n") == 400)
    }

    @Test("requests one behind the other come out one after another, in whatever two pieces", arguments: [0, 2])
    func pipeline(emptyOctets: Int) throws {
        let between = String("\r\n".utf8.prefix(emptyOctets)) ?? ""
        let text = (0..<3).map { "\(between)GET /\($0) HTTP/1.1\r\nHost: h\($0)\r\n\r\n" }.joined()
        for cut in 0...text.utf8.count {
            var parser = RequestHeadParser()
            var buffer = ByteBuffer()
            var targets: [String] = []
            for piece in [text.utf8.prefix(cut), text.utf8.dropFirst(cut)] {
                buffer.writeBytes(piece)
                while let request = try parser.parse(&buffer) { targets.append(request.text(request.target) + request.host) }
            }
            #expect(targets == ["/0h0", "/1h1", "/2h2"], "cut at \(cut)")
            #expect(buffer.readableBytes == 0)
        }
    }
}
