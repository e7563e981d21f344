internal import NIOCore

/// Answers the queries of one TCP connection in the order they come; those that are handed on come back when they do
/// (RFC 7766, sections 6.2.1 and 7).
///
/// A client that does not take its answers is not read from: while the channel is not writable, queries wait in the
/// splitter and the socket. A connection on which no query has been completed for the idle time is closed, however many
/// bytes have trickled in.
final class StreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let exchange: Exchange
    private let forwarder: Forwarder
    private let connections: ConnectionTable
    private let limits: DNSServer.Limits
    private var splitter = FrameSplitter()
    private var forwarding = 0
    private var readIsWanted = false
    private var inputHasEnded = false
    private var lastQuery = NIODeadline.uptimeNanoseconds(0)
    private var idleCheck: Scheduled<Void>?

    init(_ exchange: Exchange, _ forwarder: Forwarder, _ connections: ConnectionTable, _ limits: DNSServer.Limits) {
        self.exchange = exchange
        self.forwarder = forwarder
        self.connections = connections
        self.limits = limits
    }

    func channelActive(context: ChannelHandlerContext) {
        lastQuery = context.eventLoop.now
        connections.add(context.channel)
        exchange.count { $0.connections += 1 }
        scheduleIdleCheck(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleCheck?.cancel()
        connections.remove(context.channel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        splitter.append(&bytes)
        answerPending(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resume(context)
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        readIsWanted = splitter.hasMessage
        if !readIsWanted { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .some(.inputClosed) = event as? ChannelEvent else { return context.fireUserInboundEventTriggered(event) }
        inputHasEnded = true
        closeIfDone(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func resume(_ context: ChannelHandlerContext) {
        answerPending(context)
        context.flush()
        if readIsWanted, !splitter.hasMessage { read(context: context) }
        closeIfDone(context)
    }

    private func answerPending(_ context: ChannelHandlerContext) {
        while context.channel.isActive, context.channel.isWritable, forwarding < limits.forwardedPerConnection,
            let query = splitter.next()
        {
            answer(query, context)
        }
    }

    private func answer(_ query: ByteBuffer, _ context: ChannelHandlerContext) {
        lastQuery = context.eventLoop.now
        connections.touch(context.channel)
        let (verdict, response) = exchange.answer(query, over: .tcp, allocator: context.channel.allocator)
        switch verdict {
        case .answered: if let response { write(response, context) }
        // Nothing that a DNS client sends: what follows will not be better.
        case .ignored: context.close(promise: nil)
        case .forward(let view): forward(query, view, context)
        }
    }

    private func forward(_ query: ByteBuffer, _ view: QueryView, _ context: ChannelHandlerContext) {
        forwarding += 1
        forwarder.forward(query, view, over: .tcp) { response in
            self.forwarding -= 1
            self.write(response, context)
            self.resume(context)
        }
    }

    private func write(_ response: ByteBuffer, _ context: ChannelHandlerContext) {
        guard context.channel.isActive, let length = UInt16(exactly: response.readableBytes) else { return }
        var frame = context.channel.allocator.buffer(capacity: response.readableBytes + 2)
        frame.writeInteger(length)
        frame.writeImmutableBuffer(response)
        context.write(wrapOutboundOut(frame), promise: nil)
    }

    /// Closes behind the last answer once the client has ended its side.
    private func closeIfDone(_ context: ChannelHandlerContext) {
        guard inputHasEnded, forwarding == 0, !splitter.hasMessage, context.channel.isActive else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in bound.value.close(promise: nil) }
    }

    private func scheduleIdleCheck(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        idleCheck = context.eventLoop.scheduleTask(deadline: lastQuery + limits.idleTime) {
            let (handler, context) = bound.value
            if context.eventLoop.now >= handler.lastQuery + handler.limits.idleTime {
                context.close(promise: nil)
            } else {
                handler.scheduleIdleCheck(context)
            }
        }
    }
}
