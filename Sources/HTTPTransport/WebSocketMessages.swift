import NIOCore
import NIOWebSocket

/// A WebSocket that its other end closed with a reason.
public struct WebSocketClosed: Error, Hashable, Sendable, CustomStringConvertible {
    /// RFC 6455, 7.4.
    public let code: Int
    /// In its own words.
    public let reason: String

    /// Both in one line.
    public var description: String { "the WebSocket was closed: \(code)\(reason.isEmpty ? "" : " \(reason)")" }
}

/// A message in several frames, or a frame, that is longer than it may be.
public struct WebSocketTooLong: Error, Hashable, Sendable {}

/// Whole messages instead of frames, either way: each `ByteBuffer` is the payload of one. Answers pings, sends some, and closes as is
/// due.
final class WebSocketMessages: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = WebSocketFrame

    private let longest: Int
    private var parts: ByteBuffer?
    private var hasSentClose = false
    private var pings: RepeatedTask?
    /// A ping this often keeps what stands between from forgetting a connection that is silent. Nothing follows from a pong that does
    /// not come: a server that waits for its program to read does not answer.
    private static let pingInterval = TimeAmount.seconds(25)

    init(longest: Int) {
        self.longest = longest
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        pings = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.pingInterval, delay: Self.pingInterval) { _ in
            let (handler, context) = bound.value
            handler.send(.ping, ByteBuffer(), context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        pings?.cancel()
        pings = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var payload = frame.unmaskedData
        switch frame.opcode {
        case .binary, .text, .continuation: take(&payload, isLast: frame.fin, context)
        case .ping: send(.pong, payload, context)
        case .connectionClose: closed(&payload, context)
        default: break
        }
    }

    private func take(_ payload: inout ByteBuffer, isLast: Bool, _ context: ChannelHandlerContext) {
        guard (parts?.readableBytes ?? 0) + payload.readableBytes <= longest else {
            context.fireErrorCaught(WebSocketTooLong())
            return context.close(promise: nil)
        }
        if parts == nil, isLast { return context.fireChannelRead(wrapInboundOut(payload)) }
        var whole = parts ?? ByteBuffer()
        whole.writeBuffer(&payload)
        parts = isLast ? nil : whole
        if isLast { context.fireChannelRead(wrapInboundOut(whole)) }
    }

    private func closed(_ payload: inout ByteBuffer, _ context: ChannelHandlerContext) {
        let code = payload.readInteger(as: UInt16.self).map(Int.init) ?? 1005
        let reason = payload.readString(length: payload.readableBytes) ?? ""
        // 1000: done; 1001: going away; 1005: without a code.
        if ![1000, 1001, 1005].contains(code) { context.fireErrorCaught(WebSocketClosed(code: code, reason: reason)) }
        close(context: context, mode: .all, promise: nil)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let frame = WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: unwrapOutboundIn(data))
        context.write(wrapOutboundOut(frame), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if !hasSentClose, mode == .all {
            hasSentClose = true
            var normal = ByteBuffer()
            normal.writeInteger(UInt16(1000))
            send(.connectionClose, normal, context)
        }
        context.close(mode: mode, promise: promise)
    }

    private func send(_ opcode: WebSocketOpcode, _ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: payload)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
}
