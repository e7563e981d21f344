import HTTPMessage
import NIOCore
import Testing

@Suite("Bodies at the edge of what is accepted")
struct BodyEdgeTests {
    /// What is read of a chunked body; nil when its end has not come.
    private static func read(_ text: String) throws(HTTPProblem) -> String? {
        var reader = BodyReader(.chunked)
        var buffer = ByteBuffer(string: text)
        var body = ""
        while true {
            switch try reader.next(&buffer) {
            case .piece(let piece): body += String(buffer: piece)
            case .end: return body
            case .needsMore: return nil
            }
        }
    }

    @Test("a chunked body that is cut anywhere is not over, and not refused")
    func cut() throws {
        let text = "3\r\nabc\r\n00B\r\n 0123456 89\r\n0\r\nX: y\r\nZ:\r\n\r\n"
        for length in 0..<text.utf8.count {
            #expect(try Self.read(String(decoding: text.utf8.prefix(length), as: UTF8.self)) == nil, "\(length) octets")
        }
        #expect(try Self.read(text) == "abc 0123456 89")
    }

    @Test(
        "what is no chunk is refused",
        arguments: [
            "g\r\n", "\r\n", "5;a\r\n", "5 \r\n", "\t5\r\n", "5\n", "5\rx", "-5\r\n", "0x5\r\n", "1000000000000000\r\n",
            "0000000000000005\r\n", "2\r\nabcd", "2\r\nab\n\n", "2\r\nab\r\r", "0\r\nX\r\n\r\n", "0\r\n X: y\r\n\r\n",
            "0\r\nX : y\r\n\r\n", "0\r\n\n", "0\r\nX: a\rb\r\n\r\n", "0\r\nX: \0\r\n\r\n",
            "0\r\nTransfer-Encoding: chunked\r\n\r\n",
            "0\r\nExpect: 100-continue\r\n\r\n", "0\r\nX-Forwarded-For: ::1\r\n\r\n",
        ])
    func refused(text: String) {
        let problem = #expect(throws: HTTPProblem.self) { try Self.read(text) }
        #expect(problem?.status == 400)
    }

    @Test("more trailers than a client can mean are refused", arguments: [(32, true), (33, false)])
    func trailers(count: Int, isAccepted: Bool) {
        let text = "0\r\n\(String(repeating: "X: y\r\n", count: count))\r\n"
        #expect(((try? Self.read(text)) == "") == isAccepted)
    }

    @Test("a body that was refused stays refused: it never looks as if it were over", arguments: [400, 502])
    func staysRefused(status: Int) {
        var reader = BodyReader(.chunked, status: status)
        var buffer = ByteBuffer(string: "x\r\n0\r\n\r\n")
        for _ in 0..<3 {
            let problem = #expect(throws: HTTPProblem.self) { try reader.next(&buffer) }
            #expect(problem?.status == status)
            buffer.clear()
            buffer.writeString("0\r\n\r\n")
        }
    }

    @Test("a large size does not need its octets to be there")
    func large() throws {
        for framing in [BodyFraming.length(UInt64(Int64.max)), .chunked] {
            var reader = BodyReader(framing)
            var buffer = ByteBuffer(string: framing == .chunked ? "fffffffffffffff\r\nab" : "ab")
            #expect(try reader.next(&buffer) == .piece(ByteBuffer(string: "ab")))
            #expect(try reader.next(&buffer) == .needsMore)
        }
    }

    @Test("without a body nothing is taken; until the connection ends everything is")
    func ends() throws {
        var buffer = ByteBuffer(string: "GET")
        for framing in [BodyFraming.none, .length(0)] {
            var reader = BodyReader(framing)
            #expect(try reader.next(&buffer) == .end)
            #expect(buffer.readableBytes == 3)
        }
        var reader = BodyReader(.untilClose)
        #expect(try reader.next(&buffer) == .piece(ByteBuffer(string: "GET")))
        #expect(try reader.next(&buffer) == .needsMore)
    }

    @Test("100,000 chunked bodies with a few octets changed: none crashes, and no more comes out than went in")
    func fuzz() {
        var generator = Seeded(7)
        let whole = Array("5\r\nhello\r\n0a\r\n0123456789\r\n0\r\nX: y\r\n\r\nGET".utf8)
        var (accepted, refused) = (0, 0)
        for _ in 0..<100_000 {
            var octets = whole
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<octets.count, using: &generator)
                octets[place] = [0, 9, 10, 13, 32, 48, 59, 102, 255].randomElement(using: &generator) ?? 0
            }
            var reader = BodyReader(.chunked)
            var buffer = ByteBuffer(bytes: octets)
            var taken = 0
            reading: while true {
                switch try? reader.next(&buffer) {
                case .piece(let piece): taken += piece.readableBytes
                case .end:
                    accepted += 1
                    break reading
                case .needsMore: break reading
                case nil:
                    refused += 1
                    break reading
                }
            }
            guard taken + buffer.readableBytes <= octets.count else {
                Issue.record("\(taken) octets out of \(octets.count)")
                return
            }
        }
        #expect(accepted > 1_000 && refused > 10_000)
    }
}
