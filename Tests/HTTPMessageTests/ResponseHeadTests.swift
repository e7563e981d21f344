import HTTPMessage
import NIOCore
import Testing

@Suite("Heads of responses")
struct ResponseHeadTests {
    struct Case: Sendable, CustomStringConvertible {
        var start: String
        var fields: String
        var method = RequestMethod.get
        var framing: BodyFraming
        var keepsAlive = true
        var length: UInt64?

        var text: String { "\(start)\r\n\(fields.isEmpty ? "" : fields + "\r\n")\r\n" }
        var description: String { "\(method): \(start), \(fields.debugDescription)" }

        init(
            _ start: String, _ fields: String, to method: RequestMethod = .get, _ framing: BodyFraming, keepsAlive: Bool = true,
            length: UInt64? = nil
        ) {
            (self.start, self.fields, self.method) = ("HTTP/1.1 \(start)", fields, method)
            (self.framing, self.keepsAlive, self.length) = (framing, keepsAlive, length)
        }
    }

    private static let (sized, chunked) = ("Content-Length: 5", "Transfer-Encoding: chunked")

    static let cases: [Case] =
        ["100 Continue", "102 Processing", "103 Early Hints", "199 x", "304 Not Modified"].flatMap {
            [
                Case($0, "", .none), Case($0, sized, .none, length: 5), Case($0, chunked, .none),
                Case($0, sized, to: .head, .none, length: 5),
            ]
        } + [
            Case("204 No Content", "", .none), Case("204 No Content", sized, .none, keepsAlive: false, length: 5),
            Case("204 No Content", chunked, .none, keepsAlive: false),
            Case("200 OK", sized, to: .head, .none, length: 5), Case("200 OK", chunked, to: .head, .none),
            Case("200 OK", "", to: .head, .none), Case("404 Not Found", sized, to: .head, .none, length: 5),
            Case("200 OK", sized, .length(5), length: 5), Case("200 OK", "Content-Length: 0", .none, length: 0),
            Case("200 OK", chunked, .chunked), Case("200 OK", "", .untilClose, keepsAlive: false),
            Case("200 OK", "Connection: keep-alive", .untilClose, keepsAlive: false),
            Case("200 OK", sized + "\r\nConnection: close", .length(5), keepsAlive: false, length: 5),
            Case("200 OK", sized + "\r\nConnection: close, keep-alive", .length(5), keepsAlive: false, length: 5),
            Case("200", sized, .length(5), length: 5), Case("200 ", sized, .length(5), length: 5),
            Case("205 Reset Content", "Content-Length: 0", .none, length: 0), Case("205 x", "", .untilClose, keepsAlive: false),
            Case("999 \u{00E4}\t!", sized, .length(5), length: 5), Case("500 x", chunked, to: .post, .chunked),
            Case("200 OK", "TRANSFER-ENCODING:Chunked", .chunked), Case("200 OK", "content-length:\t5 ", .length(5), length: 5),
            Case("200 OK", "Content-Length: 9223372036854775807", .length(UInt64(Int64.max)), length: UInt64(Int64.max)),
            Case("101 Switching Protocols", "", .none, keepsAlive: false),
        ]

    private static func parse(_ pieces: [some Sequence<UInt8>], to method: RequestMethod = .get) throws -> ResponseHead? {
        var (parser, buffer) = (ResponseHeadParser(), ByteBuffer())
        var head: ResponseHead?
        for piece in pieces {
            #expect(head == nil)
            buffer.writeBytes(piece)
            head = try parser.parse(&buffer, to: method)
        }
        return head
    }

    @Test("where the body ends and whether the connection goes on, wherever the head is cut (RFC 9112, 6.3)", arguments: cases)
    func framing(expected: Case) throws {
        let octets = Array(expected.text.utf8)
        for cut in 0..<octets.count {
            let head = try #require(try Self.parse([octets[..<cut], octets[cut...]], to: expected.method))
            #expect(head.framing == expected.framing && head.keepsAlive == expected.keepsAlive, "cut at \(cut)")
            #expect(head.contentLength == expected.length && String(buffer: head.octets) == expected.text)
            #expect(head.text(head.statusLine) == expected.start + "\r\n" && head.version == .http11)
        }
        #expect(try Self.parse(octets.map { [$0] }, to: expected.method)?.framing == expected.framing)
    }

    @Test("a server of HTTP/1.0 keeps the connection only when it says so")
    func old() throws {
        for (fields, keepsAlive) in [(Self.sized, false), (Self.sized + "\r\nConnection: keep-alive", true)] {
            let head = try #require(try Self.parse([Array("HTTP/1.0 200 OK\r\n\(fields)\r\n\r\n".utf8)]))
            #expect(head.keepsAlive == keepsAlive && head.version == .http10 && head.framing == .length(5))
        }
    }

    @Test(
        "what two proxies might read differently is refused, to HEAD and with 304 too",
        arguments: [
            [sized, chunked], [chunked, sized], [sized, sized], [chunked, chunked], ["Content-Length: 5, 5"],
            ["Content-Length: +5"],
            ["Content-Length:"], ["Content-Length: 9223372036854775808"], ["Transfer-Encoding: gzip"], ["Transfer-Encoding:"],
            ["Transfer-Encoding: identity"], ["Transfer-Encoding: chunked, gzip"], ["X : y"], ["X: y\r\n z"], [" X: y"], [": y"],
            ["X: a\rb"], ["X: a\0b"], ["X: a\nb"], ["X"], ["X: \u{7F}"], ["Connection: content-length"],
            ["Connection: content-type"],
            ["Connection: a b"],
        ])
    func refused(fields: [String]) {
        for start in ["HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 304 Not Modified", "HTTP/1.1 204 No Content"] {
            for method in [RequestMethod.get, .head] {
                let octets = Array("\(start)\r\n\(fields.joined(separator: "\r\n"))\r\n\r\n".utf8)
                for pieces in [[octets], octets.map { [$0] }] {
                    let problem = #expect(throws: HTTPProblem.self) { try Self.parse(pieces, to: method) }
                    #expect(problem?.status == 502)
                }
            }
        }
    }

    @Test(
        "what is no status line is refused",
        arguments: [
            "", "HTTP/1.1", "HTTP/1.1 20", "HTTP/1.1 2x0 OK", "HTTP/1.1 +20 OK", "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK",
            "HTTP/1.2 200 OK", "http/1.1 200 OK", "ICY 200 OK 1", "HTTP/1.1 200\tOK", "HTTP/1.1 200 O\rK", "HTTP/1.1 200 O\0K",
            " HTTP/1.1 200 OK", "HTTP/1.1 000 OK", "HTTP/1.1 200OK",
        ])
    func statusLines(line: String) {
        let problem = #expect(throws: HTTPProblem.self) { try Self.parse([Array("\(line)\r\n\(Self.sized)\r\n\r\n".utf8)]) }
        #expect(problem?.status == 502)
    }

    @Test("101 opens a WebSocket only when both fields say so, and nothing follows on such a connection")
    func switching() throws {
        let table = [
            ("Connection: upgrade\r\nUpgrade: websocket", true), ("Upgrade: websocket", false), ("Connection: upgrade", false),
            ("Connection: Upgrade\r\nUpgrade: h2c", false),
            ("Connection: upgrade\r\nUpgrade: WebSocket\r\nContent-Length: 5", true),
        ]
        for (fields, opens) in table {
            let head = try #require(try Self.parse([Array("HTTP/1.1 101 x\r\n\(fields)\r\n\r\n".utf8)]))
            #expect(head.opensWebSocket == opens && !head.isInterim && head.framing == .none && !head.keepsAlive)
        }
        let other = try #require(try Self.parse([Array("HTTP/1.1 200 x\r\n\(table[0].0)\r\n\(Self.sized)\r\n\r\n".utf8)]))
        #expect(!other.opensWebSocket)
    }

    @Test("what is between neighbours is marked in an answer too")
    func roles() throws {
        let fields =
            "Set-Cookie: a\r\nConnection: close, X-Own\r\nx-own: 1\r\nKeep-Alive: 5\r\nProxy-Authenticate: x\r\nSet-Cookie: b"
        let head = try #require(try Self.parse([Array("HTTP/1.1 200 OK\r\n\(fields)\r\n\(Self.sized)\r\n\r\n".utf8)]))
        #expect(
            head.fields.map { "\(head.text($0.name)) \($0.role)" } == [
                "Set-Cookie endToEnd", "Connection hopByHop", "x-own hopByHop", "Keep-Alive hopByHop",
                "Proxy-Authenticate hopByHop",
                "Set-Cookie endToEnd", "Content-Length framing",
            ])
    }
}
