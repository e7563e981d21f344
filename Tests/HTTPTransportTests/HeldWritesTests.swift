import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPTransport

@Suite("What is written before a connection has become a WebSocket")
struct HeldWritesTests {
    private let channel = EmbeddedChannel()
    private let held = HeldWrites()

    init() throws {
        try channel.pipeline.syncOperations.addHandler(held)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func sent() throws -> String? { try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } }

    @Test("it waits, goes out in its order when the handler is removed, and what follows goes out at once")
    func order() throws {
        let first = channel.writeAndFlush(ByteBuffer(string: "one"))
        channel.write(ByteBuffer(string: "two"), promise: nil)
        #expect(try sent() == nil)
        channel.pipeline.syncOperations.removeHandler(held, promise: nil)
        try first.wait()
        #expect(try sent() == "one" && sent() == "two")
        try channel.writeOutbound(ByteBuffer(string: "three"))
        #expect(try sent() == "three")
        _ = try channel.finish()
    }

    @Test("it fails when the connection ends before")
    func end() throws {
        let write = channel.writeAndFlush(ByteBuffer(string: "one"))
        _ = try channel.finish(acceptAlreadyClosed: true)
        #expect(throws: ChannelError.self) { try write.wait() }
    }
}
