import NIOCore

/// Makes the messages of a port-forward a stream of bytes either way.
final class PortForwardHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var channels: PortForwardChannels
    private let place: String
    /// Whether the pod has sent a byte, an error was told, or this side has closed: then an end needs no further word.
    private var isExplained = false
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
            case .data(let bytes):
                isExplained = true
                context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: bytes)))
            case .error(let words): fail("\(place): \(words)", context)
            }
        } catch {
            fail("\(place): the port-forward is not understood: \(error.reason)", context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // TLS tells an end before the connection does.
        if case ChannelEvent.inputClosed = event { explainEnd(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // That TLS was cut off says less than what for.
        guard isExplained else { return explainEnd(context) }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        explainEnd(context)
        context.fireChannelInactive()
    }

    /// Servers lose their own words for a port that nobody listens on when they close at once.
    private func explainEnd(_ context: ChannelHandlerContext) {
        if !isExplained { fail("\(place): the connection ended before anything came", context) }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        isExplained = true
        context.close(mode: mode, promise: promise)
    }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        isExplained = true
        context.fireErrorCaught(Self.failure(reason))
        context.close(promise: nil)
    }

    static func failure(_ reason: String) -> KubernetesError {
        KubernetesError(.streamFailed, reason, next: "does the container listen on that port?")
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
