import HTTPMessage
import NIOCore
import Testing

@Suite("Responses at the edge of what is accepted")
struct ResponseEdgeTests {
    private static func parse(
        _ text: String, _ method: RequestMethod = .get, _ limits: HeadLimits = HeadLimits()
    ) throws(HTTPProblem) -> ResponseHead? {
        var parser = ResponseHeadParser(limits: limits)
        var buffer = ByteBuffer(string: text)
        return try parser.parse(&buffer, to: method)
    }

    @Test("responses come out one after another, in whatever two pieces, with what they say")
    func pieces() throws {
        let text =
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200\r\nContent-Length: 0\r\nX: \u{E4}\r\n\r\n"
            + "HTTP/1.1 404 Not \u{E4} Found\r\nTransfer-Encoding: Chunked\r\n\r\n"
        for cut in 0...text.utf8.count {
            var parser = ResponseHeadParser()
            var buffer = ByteBuffer()
            var heads: [ResponseHead] = []
            for piece in [text.utf8.prefix(cut), text.utf8.dropFirst(cut)] {
                buffer.writeBytes(piece)
                while let head = try parser.parse(&buffer, to: .get) { heads.append(head) }
            }
            #expect(heads.map(\.status) == [103, 200, 404], "cut at \(cut)")
            #expect(heads.map(\.isInterim) == [true, false, false])
            #expect(heads.map(\.framing) == [.none, .none, .chunked])
            #expect(heads.map { $0.text($0.statusLine) }.last == "HTTP/1.1 404 Not \u{E4} Found\r\n")
            #expect(heads.map(\.contentLength) == [nil, 0, nil])
        }
    }

    @Test(
        "a response has no body, whatever its fields say (RFC 9112, 6.3)", arguments: [100, 101, 103, 199, 204, 304],
        ["", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"])
    func bodiless(status: Int, fields: String) throws {
        let response = try #require(try Self.parse("HTTP/1.1 \(status) X\r\n\(fields)\r\n"))
        #expect(response.framing == .none)
    }

    @Test(
        "a connection whose server puts a body where none can be is not used again",
        arguments: [
            ("204 No Content\r\nTransfer-Encoding: chunked", false), ("204 No Content\r\nContent-Length: 5", false),
            ("204 No Content\r\nContent-Length: 0", true), ("204 No Content", true),
            ("304 Not Modified\r\nContent-Length: 5", true), ("304 Not Modified\r\nTransfer-Encoding: chunked", true),
        ])
    func stray(text: String, keepsAlive: Bool) throws {
        let response = try #require(try Self.parse("HTTP/1.1 \(text)\r\n\r\n"))
        #expect(response.keepsAlive == keepsAlive)
    }

    @Test("to HEAD there is never a body, but its length is told")
    func head() throws {
        let known = try #require(try Self.parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", .head))
        #expect(known.framing == .none && known.contentLength == 5 && known.keepsAlive)
        for fields in ["", "Transfer-Encoding: chunked\r\n"] {
            let response = try #require(try Self.parse("HTTP/1.1 200 OK\r\n\(fields)\r\n", .head))
            #expect(response.framing == .none && response.keepsAlive)
        }
    }

    @Test(
        "what cannot be trusted is refused, to HEAD as well", arguments: [RequestMethod.get, .head],
        [
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nConnection: set-cookie2, content-length\r\n\r\n", "HTTP/1.1 200 O\rK\r\n\r\n",
            "HTTP/1.1 200 \0\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n", "HTTP/1.1  200\r\n\r\n", "HTTP/1.1 +20 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "HTTP/1.1 200 OK\r\n: y\r\n\r\n", "HTTP/1.1 200 OK\r\nX: \r\r\n\r\n", "\r\n\r\n",
            "HTTP\r\n\r\n", "HTTP/1.1 200 OK\n\n",
        ])
    func refused(method: RequestMethod, text: String) {
        let problem = #expect(throws: HTTPProblem.self) { try Self.parse(text, method) }
        #expect(problem?.status == 502)
    }

    @Test("a head over its limit is refused, whole or not")
    func limit() {
        let text = "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 200))"
        for end in ["", "\r\n\r\n"] {
            let problem = #expect(throws: HTTPProblem.self) { try Self.parse(text + end, .get, HeadLimits(octets: 100)) }
            #expect(problem?.status == 502)
        }
    }

    @Test(
        "a change of protocol is one to WebSocket only if it says so twice",
        arguments: [
            ("Connection: upgrade\r\nUpgrade: WebSocket\r\n", true), ("Upgrade: websocket\r\n", false),
            ("Connection: upgrade\r\n", false), ("Connection: upgrade\r\nUpgrade: h2c\r\n", false),
        ])
    func webSocket(fields: String, expected: Bool) throws {
        #expect(try Self.parse("HTTP/1.1 101 X\r\n\(fields)\r\n")?.opensWebSocket == expected)
        #expect(try Self.parse("HTTP/1.1 200 X\r\n\(fields)\r\n")?.opensWebSocket == false)
    }

    @Test("100,000 mutated responses: none crashes, refusals are 502, and what is accepted is whole")
    func fuzz() throws {
        var generator = Seeded(11)
        let seeds = [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive, x-own\r\nX-Own: y\r\n\r\n",
            "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "HTTP/1.0 200\r\n\r\n",
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b\r\n\r\n",
        ].map { Array($0.utf8) }
        var (accepted, refused) = (0, 0)
        for _ in 0..<100_000 {
            var octets = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<octets.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: octets[place] = [0, 9, 10, 13, 32, 44, 48, 58, 255].randomElement(using: &generator) ?? 0
                case 1: octets.remove(at: place)
                default: octets.insert(.random(in: 0...255, using: &generator), at: place)
                }
            }
            var parser = ResponseHeadParser()
            var buffer = ByteBuffer(bytes: octets)
            do throws(HTTPProblem) {
                guard let head = try parser.parse(&buffer, to: .get) else { continue }
                accepted += 1
                let fields = head.fields.filter { $0.role == .framing }
                let lineEnds = [head.statusLine.end] + head.fields.map(\.line.end)
                guard fields.count <= 1, (100...999).contains(head.status),
                    head.octets.readableBytes + buffer.readableBytes == octets.count,
                    zip(head.fields, lineEnds).allSatisfy({ $0.line.start == $1 }),
                    lineEnds.last.map(Int.init) == head.octets.readableBytes - 2
                else {
                    Issue.record("\(String(decoding: octets, as: UTF8.self).debugDescription)")
                    return
                }
            } catch {
                refused += 1
                guard error.status == 502 else {
                    Issue.record("\(error.status) for \(String(decoding: octets, as: UTF8.self).debugDescription)")
                    return
                }
            }
        }
        #expect(accepted > 1_000 && refused > 10_000)
    }
}
