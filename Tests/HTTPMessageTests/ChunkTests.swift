import HTTPMessage
import NIOCore
import Testing

@Suite("Chunks")
struct ChunkTests {
    /// What is read until nothing more can be had.
    private static func read(_ reader: inout BodyReader, _ buffer: inout ByteBuffer) throws -> (body: [UInt8], hasEnded: Bool) {
        var body: [UInt8] = []
        while true {
            switch try reader.next(&buffer) {
            case .piece(let piece):
                #expect(piece.readableBytes > 0)
                body += piece.readableBytesView
            case .end: return (body, true)
            case .needsMore: return (body, false)
            }
        }
    }

    private static let body = "4\r\nWiki\r\n00E\r\n in\r\n\r\nchunks.\r\n0\r\nX-Sum: 1\r\nY: \tz\t\r\n\r\n"

    @Test("a chunked body is the same in any three pieces, and not a moment before its end")
    func pieces() throws {
        let octets = Array(Self.body.utf8)
        for first in 0...octets.count {
            for second in first...octets.count {
                var (reader, buffer, body) = (BodyReader(.chunked), ByteBuffer(), [UInt8]())
                for piece in [octets[..<first], octets[first..<second], octets[second...] + Array("next".utf8)] {
                    buffer.writeBytes(piece)
                    let read = try Self.read(&reader, &buffer)
                    body += read.body
                    let isWhole = piece.endIndex > octets.count || (piece.endIndex == octets.count && second == octets.count)
                    if read.hasEnded != isWhole { Issue.record("cut at \(first) and \(second)") }
                }
                if body != Array("Wiki in\r\n\r\nchunks.".utf8) { Issue.record("cut at \(first) and \(second)") }
                if String(buffer: buffer) != "next" { Issue.record("cut at \(first) and \(second)") }
            }
        }
    }

    @Test(
        "a refused body stays refused, whatever comes next",
        arguments: [
            "x\r\n", "5;a\r\n", "5\r\nhello!\r\n", "5\r\nhello\r\n\r\n", "5\r\nhello\r\n\r\n0\r\n\r\n", "0\r\nHost: a\r\n\r\n",
            "0\r\nX: y\n\r\n", "1\r\nx\r\n\r\n0\r\n\r\n",
        ])
    func sticky(text: String) {
        for status in [400, 502] {
            var (reader, buffer) = (BodyReader(.chunked, status: status), ByteBuffer(string: text))
            let first = #expect(throws: HTTPProblem.self) { try Self.read(&reader, &buffer) }
            #expect(first?.status == status)
            for next in ["", "\r\n", "0\r\n\r\n"] {
                buffer.writeString(next)
                let again = #expect(throws: HTTPProblem.self) { try Self.read(&reader, &buffer) }
                #expect(again?.status == status)
            }
        }
    }

    @Test("bounds of trailers have the status of their side")
    func trailerBounds() {
        for (status, expected) in [(400, 431), (502, 502)] {
            for trailers in [String(repeating: "X: y\r\n", count: 33) + "\r\n", "X: " + String(repeating: "y", count: 8_192)] {
                var (reader, buffer) = (BodyReader(.chunked, status: status), ByteBuffer(string: "0\r\n\(trailers)"))
                let problem = #expect(throws: HTTPProblem.self) { try Self.read(&reader, &buffer) }
                #expect(problem?.status == expected)
            }
        }
    }

    @Test(
        "a size that has not come whole is waited for",
        arguments: ["", "1", "fffffffffffffff", "5\r", "0\r\n", "0\r\n\r", "1\r\nx\r"])
    func waits(text: String) throws {
        var (reader, buffer) = (BodyReader(.chunked), ByteBuffer(string: text))
        #expect(try !Self.read(&reader, &buffer).hasEnded)
    }
}
