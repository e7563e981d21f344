import NIOCore

/// A proxy that gave no way.
struct ProxyFailure: Error, CustomStringConvertible {
    let description: String
}

/// Asks a proxy for the way, and lets the handlers behind it see a connection only when that is open; then it is gone.
final class ProxyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var opening: ProxyOpening

    init(_ opening: ProxyOpening) {
        self.opening = opening
    }

    func channelActive(context: ChannelHandlerContext) {
        act(opening.begin(), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        act(opening.receive(unwrapInboundIn(data).readableBytesView), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        context.fireErrorCaught(ProxyFailure(description: "the proxy closed the connection"))
        context.fireChannelInactive()
    }

    private func act(_ action: ProxyOpening.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .send(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        case .wait: break
        case .open(let early):
            context.fireChannelActive()
            if !early.isEmpty { context.fireChannelRead(NIOAny(ByteBuffer(bytes: early))) }
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        case .fail(let reason):
            context.fireErrorCaught(ProxyFailure(description: reason))
            context.close(promise: nil)
        }
    }
}
