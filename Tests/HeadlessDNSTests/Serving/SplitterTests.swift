import NIOCore
import NIOEmbedded
import NIOTestUtils
import ProcessControl
import Testing

@testable import HeadlessDNS

@Suite("Streams")
struct SplitterTests {
    private static let messages: [[UInt8]] = [[1, 2, 3], [], Array(repeating: 7, count: 300), [9]]
    private static var stream: [UInt8] {
        messages.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
    }

    @Test("a stream of messages is cut the same, in whatever pieces it comes", arguments: [1, 2, 3, 7, 250, 10_000])
    func frames(piece: Int) {
        var splitter = FrameSplitter()
        var found: [[UInt8]] = []
        for start in stride(from: 0, to: Self.stream.count, by: piece) {
            var bytes = ByteBuffer(bytes: Self.stream[start..<min(start + piece, Self.stream.count)])
            splitter.append(&bytes)
            while let message = splitter.next() { found.append(Array(message.readableBytesView)) }
        }
        #expect(found == Self.messages)
        #expect(splitter.pendingBytes == 0)
    }

    @Test("an unfinished message is kept back")
    func unfinished() {
        var splitter = FrameSplitter()
        var bytes = ByteBuffer(bytes: [0, 3, 1, 2])
        splitter.append(&bytes)
        #expect(!splitter.hasMessage)
        #expect(splitter.next() == nil)
        #expect(splitter.pendingBytes == 4)
    }

    @Test("lines are cut the same, in whatever pieces they come")
    func lines() throws {
        let lines = ["{}", "", "{\"a\": 1}"].map(ByteBuffer.init(string:))
        try ByteToMessageDecoderVerifier.verifyDecoder(
            stringInputOutputPairs: [("{}\n", [lines[0]]), ("\n{\"a\": 1}\n", [lines[1], lines[2]])]
        ) { LineSplitter() }
    }

    @Test("a line over the limit is refused before all of it has come")
    func longLine() throws {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(LineSplitter(limit: 8)))
        try channel.writeInbound(ByteBuffer(string: "12345678\n1234"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "12345678"))
        #expect(throws: LineSplitter.LineTooLong.self) { try channel.writeInbound(ByteBuffer(string: "56789")) }
        _ = try? channel.finish()
    }

    @Test("a line without an end is not carried out when its sender dies")
    func unfinishedLine() throws {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(LineSplitter()))
        try channel.writeInbound(ByteBuffer(string: "{\"request\": \"stop\"}"))
        #expect(try channel.finish().isClean || channel.readInbound(as: ByteBuffer.self) == nil)
    }
}
