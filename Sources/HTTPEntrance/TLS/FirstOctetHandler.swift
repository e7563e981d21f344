internal import NIOCore

/// Stands in front of TLS until a connection's first octet has come. Who speaks HTTP in clear there is told so in clear.
final class FirstOctetHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let client: ClientHandler
    private var isRefused = false

    /// The content type of a record with a handshake in it (RFC 8446, 5.1).
    private static let handshake: UInt8 = 22

    init(_ client: ClientHandler) {
        self.client = client
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let octets = unwrapInboundIn(data)
        guard !isRefused, let first = octets.getInteger(at: octets.readerIndex, as: UInt8.self) else { return }
        if first == Self.handshake {
            client.handshakeBegan()
            context.fireChannelRead(data)
            return context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        }
        isRefused = true
        guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return client.refuseNonsense() }
        context.writeAndFlush(wrapOutboundOut(client.refusalInClear()), promise: nil)
        // The client ends the connection when it has read that, or it is cut as any that lingers.
        context.close(mode: .output, promise: nil)
    }
}
