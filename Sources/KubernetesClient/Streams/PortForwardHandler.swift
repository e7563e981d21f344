import NIOCore

/// Makes the messages of a port-forward a stream of bytes either way.
final class PortForwardHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var channels: PortForwardChannels
    private let place: String
    /// A message of a moderate size: its other end keeps it whole before it hands it on.
    private static let longest = 64 << 10

    init(port: Int, place: String) {
        channels = PortForwardChannels(port: port)
        self.place = place
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            switch try channels.receive(unwrapInboundIn(data).readableBytesView) {
            case nil: break
            case .data(let bytes): context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: bytes)))
            case .error(let words): fail("\(place): \(words)", context)
            }
        } catch {
            fail("\(place): the port-forward is not understood: \(error.reason)", context)
        }
    }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        context.fireErrorCaught(KubernetesError(.streamFailed, reason, next: "does the container listen on that port?"))
        context.close(promise: nil)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var bytes = unwrapOutboundIn(data)
        while let piece = bytes.readSlice(length: min(bytes.readableBytes, Self.longest)) {
            var message = context.channel.allocator.buffer(capacity: piece.readableBytes + 1)
            message.writeInteger(UInt8(0))
            message.writeImmutableBuffer(piece)
            let isLast = bytes.readableBytes == 0
            context.write(wrapOutboundOut(message), promise: isLast ? promise : nil)
            if isLast { break }
        }
    }
}
