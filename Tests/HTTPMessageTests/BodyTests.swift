import HTTPMessage
import NIOCore
import Testing

@Suite("Bodies")
struct BodyTests {
    @Test("whatever is sent in chunks, in whatever pieces, comes back as it was", arguments: 0..<200)
    func chunks(seed: UInt64) throws {
        var generator = Seeded(seed)
        let data = (0..<Int.random(in: 0...5_000, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var coded: [UInt8] = []
        var position = 0
        while position < data.count {
            let size = Int.random(in: 1...min(700, data.count - position), using: &generator)
            let digits = String(size, radix: 16, uppercase: Bool.random(using: &generator))
            coded += "\(Bool.random(using: &generator) ? "00" : "")\(digits)\r\n".utf8
            coded += data[position..<position + size]
            coded += "\r\n".utf8
            position += size
        }
        coded += "0\r\n".utf8
        if Bool.random(using: &generator) { coded += "X-Sum: 1\r\nY: \r\n".utf8 }
        coded += "\r\n".utf8
        coded += "next".utf8

        var reader = BodyReader(.chunked)
        var (buffer, body, hasEnded) = (ByteBuffer(), ByteBuffer(), false)
        var rest = coded[...]
        while !rest.isEmpty {
            let size = Int.random(in: 1...min(97, rest.count), using: &generator)
            buffer.writeBytes(rest.prefix(size))
            rest = rest.dropFirst(size)
            reading: while !hasEnded {
                switch try reader.next(&buffer) {
                case .piece(var piece):
                    #expect(piece.readableBytes > 0)
                    body.writeBuffer(&piece)
                case .end: hasEnded = true
                case .needsMore: break reading
                }
            }
        }
        #expect(hasEnded)
        #expect(Array(body.readableBytesView) == data)
        #expect(String(buffer: buffer) == "next")
        #expect(try reader.next(&buffer) == .end)
    }

    @Test("a body of a length ends there, and what follows is left")
    func length() throws {
        var reader = BodyReader(.length(5))
        var buffer = ByteBuffer(string: "hel")
        #expect(try reader.next(&buffer) == .piece(ByteBuffer(string: "hel")))
        #expect(try reader.next(&buffer) == .needsMore)
        buffer.writeString("loGET")
        #expect(try reader.next(&buffer) == .piece(ByteBuffer(string: "lo")))
        #expect(try reader.next(&buffer) == .end)
        #expect(String(buffer: buffer) == "GET")
    }
}

@Suite("Responses")
struct ResponseTests {
    private static func parse(_ text: String, _ method: RequestMethod = .get) throws -> ResponseHead {
        var parser = ResponseHeadParser()
        var buffer = ByteBuffer(string: text)
        return try #require(try parser.parse(&buffer, to: method))
    }

    @Test(
        "where the body ends (RFC 9112, 6.3)",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", RequestMethod.get, BodyFraming.length(5), true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", .head, .none, true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .get, .none, true),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", .get, .none, true),
            ("HTTP/1.1 204 No Content\r\n\r\n", .get, .none, true),
            ("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", .get, .none, true),
            ("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n", .get, .chunked, true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", .get, .chunked, false),
            ("HTTP/1.1 200 OK\r\n\r\n", .get, .untilClose, false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", .get, .length(5), false),
            ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n", .get, .length(5), true),
        ])
    func framing(text: String, method: RequestMethod, framing: BodyFraming, keepsAlive: Bool) throws {
        let head = try Self.parse(text, method)
        #expect(head.framing == framing)
        #expect(head.keepsAlive == keepsAlive)
    }

    @Test(
        "what is no answer is refused",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 200 OK\nX: y\r\n\r\n",
            "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "hello world, this is no HTTP\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "HTTP/1.1 099 OK\r\n\r\n",
        ])
    func refused(text: String) {
        let problem = #expect(throws: HTTPProblem.self) { try Self.parse(text) }
        #expect(problem?.status == 502)
    }

    @Test("a change to WebSocket is known")
    func webSocket() throws {
        let head = try Self.parse("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
        #expect(head.opensWebSocket && !head.isInterim)
        #expect(try !Self.parse("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n").opensWebSocket)
    }
}

@Suite("Frames of a WebSocket")
struct FrameTests {
    @Test("where frames begin and end, in whatever pieces they come", arguments: 0..<100)
    func boundaries(seed: UInt64) throws {
        var generator = Seeded(seed)
        var stream: [UInt8] = []
        var boundaries: Set<Int> = [0]
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            let size = [0, 1, 125, 126, 127, 65_535, 65_536].randomElement(using: &generator) ?? 0
            let isMasked = Bool.random(using: &generator)
            let mark: UInt8 = isMasked ? 0x80 : 0
            stream.append(0x82)
            switch size {
            case 0...125: stream.append(mark | UInt8(size))
            case 126...65_535: stream += [mark | 126, UInt8(size >> 8), UInt8(size & 255)]
            default: stream += [mark | 127, 0, 0, 0, 0, 0, UInt8(size >> 16), UInt8(size >> 8 & 255), UInt8(size & 255)]
            }
            if isMasked { stream += [1, 2, 3, 4] }
            stream += (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            boundaries.insert(stream.count)
        }
        var tracker = FrameTracker()
        var position = 0
        while position < stream.count {
            let size = Int.random(in: 1...min(9_000, stream.count - position), using: &generator)
            let went = stream[position..<position + size].withUnsafeBytes { tracker.follow($0) }
            #expect(went == size)
            position += size
            #expect(tracker.isBetweenFrames == boundaries.contains(position))
        }
        #expect(!tracker.sawClose)
        // From within a frame, the next place between two is where that one ends.
        var stopping = FrameTracker()
        let first = boundaries.sorted()[1]
        let reached = stream.withUnsafeBytes { octets in
            stopping.follow(UnsafeRawBufferPointer(rebasing: octets[..<1]))
                + stopping.follow(UnsafeRawBufferPointer(rebasing: octets[1...]), stopsBetween: true)
        }
        #expect(reached == first)
    }

    @Test("close frames are what RFC 6455 has")
    func close() {
        let server = CloseFrame.fromServer(CloseFrame.goingAway, reason: "bye")
        #expect(Array(server.readableBytesView) == [0x88, 5, 0x03, 0xE9] + Array("bye".utf8))
        let client = Array(CloseFrame.fromClient(1001, reason: "bye", mask: 0x0102_0304).readableBytesView)
        #expect(Array(client[..<6]) == [0x88, 0x85, 1, 2, 3, 4])
        #expect(zip(client[6...], [1, 2, 3, 4, 1]).map { $0 ^ $1 } == [0x03, 0xE9] + Array("bye".utf8))
        var tracker = FrameTracker()
        client.withUnsafeBytes { _ = tracker.follow($0) }
        #expect(tracker.sawClose && tracker.isBetweenFrames)
        #expect(CloseFrame.fromServer(1001, reason: String(repeating: "x", count: 500)).readableBytes == 127)
    }
}
