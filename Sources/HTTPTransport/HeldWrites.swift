import NIOCore

/// Keeps what is written while a connection becomes another protocol, which SwiftNIO's upgrade refuses, and writes it in its order when
/// this handler is removed. Nothing else is kept: a connection can be closed at any time.
final class HeldWrites: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var held: [(ByteBuffer, EventLoopPromise<Void>?)] = []
    private var wantsFlush = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        held.append((unwrapOutboundIn(data), promise))
    }

    func flush(context: ChannelHandlerContext) {
        wantsFlush = true
    }

    func removeHandler(context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken) {
        let waiting = held
        held = []
        for (message, promise) in waiting { context.write(wrapOutboundOut(message), promise: promise) }
        if wantsFlush { context.flush() }
        context.leavePipeline(removalToken: removalToken)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // The connection has ended before it was the other protocol.
        for (_, promise) in held { promise?.fail(ChannelError.ioOnClosedChannel) }
        held = []
    }
}
