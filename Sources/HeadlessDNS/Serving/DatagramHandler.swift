internal import NIOCore

/// Answers datagrams: one response each, all responses to a burst sent together.
final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let exchange: Exchange
    private let forwarder: Forwarder

    init(_ exchange: Exchange, _ forwarder: Forwarder) {
        self.exchange = exchange
        self.forwarder = forwarder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let (verdict, response) = exchange.answer(envelope.data, over: .udp, allocator: context.channel.allocator)
        if let response {
            context.write(wrapOutboundOut(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: response)), promise: nil)
        } else if case .forward(let view) = verdict {
            forward(envelope, view, on: context.channel)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    /// One datagram that could not be sent or an ICMP message about one is nobody else's concern.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    private func forward(_ envelope: AddressedEnvelope<ByteBuffer>, _ view: QueryView, on channel: any Channel) {
        forwarder.forward(envelope.data, view, over: .udp) { response in
            channel.writeAndFlush(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: response), promise: nil)
        }
    }
}
