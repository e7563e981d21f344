import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing

@testable import HTTPTransport

@Suite("WebSocket messages out of frames")
struct WebSocketMessagesTests {
    private static func channel(longest: Int = 100) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: WebSocketMessages(longest: longest))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private static func frame(_ opcode: WebSocketOpcode, _ text: String, isLast: Bool = true) -> WebSocketFrame {
        WebSocketFrame(fin: isLast, opcode: opcode, data: ByteBuffer(string: text))
    }

    private static func sent(_ channel: EmbeddedChannel) throws -> (WebSocketOpcode, [UInt8])? {
        try channel.readOutbound(as: WebSocketFrame.self).map { ($0.opcode, Array($0.data.readableBytesView)) }
    }

    @Test("a message in several frames is one, and a ping may stand between them")
    func fragments() throws {
        let channel = try Self.channel()
        try channel.writeInbound(Self.frame(.binary, "one ", isLast: false))
        try channel.writeInbound(Self.frame(.ping, "are you there"))
        try channel.writeInbound(Self.frame(.continuation, "two ", isLast: false))
        try channel.writeInbound(Self.frame(.continuation, "three"))
        try channel.writeInbound(Self.frame(.text, "alone"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "one two three"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "alone"))
        let pong = try #require(try Self.sent(channel))
        #expect(pong.0 == .pong && pong.1 == Array("are you there".utf8))
        _ = try channel.finish()
    }

    @Test("what is sent is one masked frame, and closing says so first")
    func outward() throws {
        let channel = try Self.channel()
        try channel.writeOutbound(ByteBuffer(string: "hello"))
        let frame = try #require(try channel.readOutbound(as: WebSocketFrame.self))
        #expect(frame.opcode == .binary && frame.fin && frame.maskKey != nil)
        try channel.close().wait()
        let close = try #require(try Self.sent(channel))
        #expect(close.0 == .connectionClose && close.1 == [0x03, 0xE8])
    }

    @Test("a message that is too long ends the connection, in one frame or in many")
    func tooLong() throws {
        let one = try Self.channel(longest: 4)
        #expect(throws: WebSocketTooLong.self) { try one.writeInbound(Self.frame(.binary, "12345")) }
        #expect(!one.isActive)
        let many = try Self.channel(longest: 4)
        try many.writeInbound(Self.frame(.binary, "123", isLast: false))
        #expect(throws: WebSocketTooLong.self) { try many.writeInbound(Self.frame(.continuation, "45")) }
    }

    @Test("an end in order is an end; one for a reason is told")
    func closing() throws {
        var normal = ByteBuffer()
        normal.writeInteger(UInt16(1000))
        let channel = try Self.channel()
        try channel.writeInbound(WebSocketFrame(fin: true, opcode: .connectionClose, data: normal))
        #expect(!channel.isActive)
        #expect(try Self.sent(channel)?.0 == .connectionClose)
        var reason = ByteBuffer()
        reason.writeInteger(UInt16(1011))
        reason.writeString("broken")
        let failing = try Self.channel()
        let error = #expect(throws: WebSocketClosed.self) {
            try failing.writeInbound(WebSocketFrame(fin: true, opcode: .connectionClose, data: reason))
        }
        #expect(error?.description == "the WebSocket was closed: 1011 broken")
    }

    @Test("a ping goes out from time to time, and none after the end")
    func pings() throws {
        let channel = try Self.channel()
        channel.embeddedEventLoop.advanceTime(by: .seconds(26))
        #expect(try Self.sent(channel)?.0 == .ping)
        try channel.close().wait()
        _ = try Self.sent(channel)
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(try Self.sent(channel) == nil)
    }
}
