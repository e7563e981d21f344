internal import HTTPMessage
internal import NIOCore

/// How a connection to a replica failed a request.
enum UpstreamFailure {
    /// It could not be opened.
    case unreachable(String)
    /// It ended before an octet of an answer came.
    case endedSilently
    /// It ended, or broke, within an answer.
    case ended
    /// What came is no HTTP.
    case garbled(HTTPProblem)
}

/// A connection to a replica. It serves one request after another; between two it waits in the pool.
final class UpstreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let backend: Backend
    var idleSince = NIODeadline.now()
    private let loop: EntranceLoop
    private var context: ChannelHandlerContext?
    /// Whose request is under way.
    private var client: ClientHandler?
    private var method = RequestMethod.get
    private var incoming = ByteBuffer()
    private var parser = ResponseHeadParser()
    private var body: BodyReader?
    private var head: ResponseHead?
    private var isTunnel = false
    private var hasAnswered = false
    private var inputEnded = false
    private var isBroken = false
    private var owesRead = false

    init(_ backend: Backend, _ loop: EntranceLoop) {
        self.backend = backend
        self.loop = loop
    }

    /// Whether a request can be sent over it.
    var isUsable: Bool { context?.channel.isActive == true && client == nil && !inputEnded }

    /// Whether more can be sent without piling up.
    var isWritable: Bool { context?.channel.isWritable ?? false }

    // MARK: What the client's side asks for

    /// A request of this client's is to be sent.
    func begin(_ client: ClientHandler, _ method: RequestMethod) {
        self.client = client
        self.method = method
        hasAnswered = false
        head = nil
        body = nil
    }

    func write(_ octets: ByteBuffer) {
        guard let context else { return }
        context.write(wrapOutboundOut(octets), promise: nil)
    }

    func flush() { context?.flush() }

    /// The client can take more.
    func resume() {
        guard owesRead, let context else { return }
        owesRead = false
        context.read()
    }

    /// Octets go both ways as they are from here on. Returns those that came already.
    func becomeTunnel() -> ByteBuffer {
        isTunnel = true
        defer { incoming = ByteBuffer() }
        return incoming
    }

    /// The client sends no more through the tunnel.
    func endOutput() { context?.close(mode: .output, promise: nil) }

    /// Ends it; the client hears nothing of that.
    func close() {
        client = nil
        context?.close(promise: nil)
    }

    // MARK: What the replica does

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func read(context: ChannelHandlerContext) {
        if client?.canTakeMore ?? true { context.read() } else { owesRead = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var octets = unwrapInboundIn(data)
        guard let client else {
            // An answer that nobody asked for.
            loop.pool.forget(self)
            return context.close(promise: nil)
        }
        if isTunnel { return client.tunnelled(octets) }
        hasAnswered = true
        incoming.take(&octets)
        do throws(HTTPProblem) {
            try advance(client)
        } catch {
            fail(.garbled(error))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        client?.flush()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { client?.upstreamBecameWritable() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        inputEnded = true
        if isTunnel { client?.tunnelEndedByReplica() } else { ended() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        inputEnded = true
        if isTunnel {
            let client = client
            self.client = nil
            client?.tunnelCut()
        } else {
            ended()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isBroken = true
        context.close(promise: nil)
    }

    // MARK: Answers

    private func advance(_ client: ClientHandler) throws(HTTPProblem) {
        while self.client != nil && !isTunnel {
            guard body != nil else {
                guard let head = try parser.parse(&incoming, to: method) else { return }
                if head.isInterim {
                    client.relay(interim: head)
                    continue
                }
                self.head = head
                body = BodyReader(head.framing, status: 502)
                try client.relay(head)
                continue
            }
            switch try body?.next(&incoming) {
            case .piece(let piece): client.relay(piece)
            case .end: return finish()
            case .needsMore, nil: return
            }
        }
    }

    /// The answer is whole.
    private func finish() {
        guard let client else { return }
        self.client = nil
        let isReusable = head?.keepsAlive == true && client.hasSentRequest && incoming.readableBytes == 0 && !inputEnded
        body = nil
        if isReusable { loop.pool.keep(self) } else { context?.close(promise: nil) }
        client.answered()
    }

    /// Nothing more comes.
    private func ended() {
        guard client != nil else {
            loop.pool.forget(self)
            context?.close(promise: nil)
            return
        }
        // An answer that ends with the connection is whole only if that ended as it should.
        if let head, head.framing == .untilClose, !isBroken { return finish() }
        fail(hasAnswered ? .ended : .endedSilently)
    }

    private func fail(_ failure: UpstreamFailure) {
        let client = client
        self.client = nil
        context?.close(promise: nil)
        client?.failed(failure)
    }
}
