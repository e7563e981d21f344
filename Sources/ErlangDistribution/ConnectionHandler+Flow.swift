internal import NIOCore

/// Sending; and not reading while the peer does not.
extension ConnectionHandler {
    /// Whether this many more bytes may wait.
    func hasRoom(for bytes: Int) -> Bool { unsentBytes + bytes <= settings.maximumUnsentBytes }

    /// Writes a message; the caller flushes.
    func send(_ buffer: ByteBuffer) {
        write(buffer)
        beat(.spoke)
    }

    func write(_ buffer: ByteBuffer) {
        guard let context else { return }
        let count = buffer.readableBytes
        unsentBytes += count
        context.write(wrapOutboundOut(buffer)).assumeIsolated().whenComplete { _ in self.unsentBytes -= count }
    }

    /// A peer that asks but does not read makes us owe it more and more: then we do not read either.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            context.read()
        } else {
            readIsHeldBack = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, readIsHeldBack {
            readIsHeldBack = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }
}
