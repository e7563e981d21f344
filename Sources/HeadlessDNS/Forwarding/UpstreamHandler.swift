internal import NIOCore

/// Tells what a server said, or (`nil`, once) that it will say nothing more.
final class UpstreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var tell: ((ByteBuffer?) -> Void)?

    init(_ tell: @escaping (ByteBuffer?) -> Void) {
        self.tell = tell
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        tell?(unwrapInboundIn(data))
    }

    /// For UDP: nobody listens there (ICMP port unreachable).
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
    }

    private func end() {
        let tell = tell
        self.tell = nil
        tell?(nil)
    }
}

/// The content of datagrams.
final class DatagramUnwrapper: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias InboundOut = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(unwrapInboundIn(data).data))
    }
}

/// The messages of a stream.
final class StreamUnwrapper: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var splitter = FrameSplitter()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        splitter.append(&bytes)
        while let message = splitter.next() { context.fireChannelRead(wrapInboundOut(message)) }
    }
}
