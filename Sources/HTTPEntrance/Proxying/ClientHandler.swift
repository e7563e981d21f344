internal import HTTPMessage
internal import NIOCore
internal import NIOTLS

/// A client's connection: takes its requests one after another, has each answered by a replica, and passes the answer on.
///
/// It and the ``UpstreamHandler`` of the request under way live on the same event loop and call each other directly. Neither reads
/// more than the other can write.
final class ClientHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        /// No request is under way.
        case idle
        case exchange(Exchange)
        case tunnel(Tunnel)
        /// The last answer is on its way (nil), or written; the client is given time to read it.
        case lingering(until: NIODeadline?)
        case closed
    }

    /// How far a connection for HTTPS has come.
    enum Handshake {
        /// Nothing has come yet.
        case waiting
        case shaking
        /// It is over, or was never needed.
        case done
        case failed
    }

    let loop: EntranceLoop
    /// Whether TLS stands in front of this handler.
    let isTLS: Bool
    var handshake: Handshake
    var state = State.idle
    var incoming = ByteBuffer()
    private(set) var context: ChannelHandlerContext?
    private var parser: RequestHeadParser
    /// When the last octet went either way, or the connection was opened.
    private var touchedAt = NIODeadline.now()
    /// When the head that is not whole yet began.
    private var headBeganAt: NIODeadline?
    /// Whether the client says no more.
    private(set) var inputEnded = false
    private var owesRead = false
    private var isProcessing = false
    private(set) var peer = ""
    private var isLoopback = false
    /// Whether it is believed where a request came from; asked anew when others are trusted.
    private(set) var isTrusted = false

    /// Octets of later requests that are kept while one is under way.
    private static let mostPipelined = 64 << 10

    init(_ loop: EntranceLoop, isTLS: Bool) {
        self.loop = loop
        self.isTLS = isTLS
        handshake = isTLS ? .waiting : .done
        parser = RequestHeadParser(limits: loop.limits.head)
    }

    // MARK: The connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { opened(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ended()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        opened(context)
        context.fireChannelActive()
    }

    private func opened(_ context: ChannelHandlerContext) {
        guard peer.isEmpty else { return }
        peer = context.channel.remoteAddress?.ipAddress ?? "unknown"
        isLoopback = peer.hasPrefix("127.") || peer == "::1"
        trustChanged()
        // The time for a head is the time for a handshake, too.
        if isTLS { headBeganAt = .now() }
        loop.opened(self)
        if loop.counters.connectionOpened() > loop.limits.connections { context.close(promise: nil) }
    }

    /// Others are trusted from the next request on.
    func trustChanged() { isTrusted = loop.trusted.contains(context?.channel.remoteAddress) }

    func channelInactive(context: ChannelHandlerContext) {
        ended()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        handshakeFailed()
        cut()
    }

    /// The connection is gone, with whatever was under way.
    private func ended() {
        if case .closed = state { return }
        let last = state
        state = .closed
        loop.closed(self)
        if !peer.isEmpty { loop.counters.connectionClosed() }
        switch last {
        case .exchange(let exchange):
            let answered = exchange.hasAnswer
            exchange.upstream?.close()
            finish(exchange, status: answered ? exchange.status : 499, problem: "the client left")
        case .tunnel(let tunnel): finish(tunnel, problem: nil)
        case .idle, .lingering, .closed: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { return handshakeCompleted() }
        guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
        inputEnded = true
        switch state {
        case .idle: closeWhenWritten()
        // What is on its way is waited for.
        case .lingering(until: nil): break
        case .lingering, .closed: context.close(promise: nil)
        case .exchange(let exchange):
            // Who has asked and says no more may still read; but nobody has ever asked for events so.
            if exchange.isEventStream { context.close(promise: nil) } else { process() }
        case .tunnel(let tunnel): tunnel.isDraining ? context.close(promise: nil) : endTunnel(tunnel)
        }
    }

    private func handshakeCompleted() {
        handshake = .done
        headBeganAt = nil
        touch()
    }

    // MARK: Reading, and when not to

    func read(context: ChannelHandlerContext) {
        if wantsMore { context.read() } else { owesRead = true }
    }

    private var wantsMore: Bool {
        switch state {
        // Who does not read the answers is asked for no more requests.
        case .idle: canTakeMore
        case .lingering, .closed: true
        case .exchange(let exchange):
            incoming.readableBytes < Self.mostPipelined && (exchange.isSent || exchange.upstream?.isWritable ?? true)
        case .tunnel(let tunnel): tunnel.upstream.isWritable
        }
    }

    func resumeReading() {
        guard owesRead, wantsMore, let context else { return }
        owesRead = false
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var octets = unwrapInboundIn(data)
        touch()
        switch state {
        case .lingering, .closed: return
        case .tunnel(let tunnel): return pass(octets, toReplicaOf: tunnel)
        case .idle, .exchange: break
        }
        incoming.take(&octets)
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        switch state {
        case .exchange(let exchange): exchange.upstream?.flush()
        case .tunnel(let tunnel): tunnel.upstream.flush()
        default: break
        }
        context.fireChannelReadComplete()
    }

    func touch() { touchedAt = .now() }

    /// Does whatever the octets at hand allow.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while true {
            switch state {
            case .idle:
                guard canTakeMore, takeRequest() else { return }
            case .exchange(let exchange):
                pumpBody(of: exchange)
                if case .idle = state { continue }
                return
            case .tunnel, .lingering, .closed:
                return
            }
        }
    }

    /// Begins the next request; false when it has not come yet.
    private func takeRequest() -> Bool {
        let head: RequestHead?
        do throws(HTTPProblem) {
            head = try parser.parse(&incoming)
        } catch {
            refuse(error)
            return false
        }
        guard let head else {
            if inputEnded { closeWhenWritten() }
            if incoming.readableBytes > 0, headBeganAt == nil { headBeganAt = .now() }
            return false
        }
        headBeganAt = nil
        begin(head)
        return true
    }

    /// Where the request came from, as its replica is told.
    func provenance(of exchange: Exchange) -> Provenance {
        // Browsers hold *.localhost for as good as HTTPS, so an app that insists on HTTPS can be used there without a certificate.
        let isSecure = isTLS || (isLoopback && exchange.head.host.hasSuffix(".localhost"))
        return Provenance(
            peer: peer, scheme: isSecure ? "https" : "http", isTrusted: isTrusted, requestID: exchange.origin.requestID)
    }

    /// Whether more is told about what is wrong: to who is on this machine, and is not a proxy for others.
    var isConfidant: Bool { isLoopback && !isTrusted }

    // MARK: Writing

    /// Whether the client can take more without piling up.
    var canTakeMore: Bool { context?.channel.isWritable ?? false }

    func write(_ octets: ByteBuffer) {
        guard let context else { return }
        context.write(wrapOutboundOut(octets), promise: nil)
    }

    func flush() { context?.flush() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        touch()
        switch state {
        case .exchange(let exchange): exchange.upstream?.resume()
        case .tunnel(let tunnel): tunnel.upstream.resume()
        case .idle:
            process()
            resumeReading()
        case .lingering, .closed: break
        }
    }

    /// Ends the connection when the client has read what was written, or has had time to (RFC 9112, 9.6).
    func linger() {
        guard let context else { return }
        if inputEnded { return closeWhenWritten() }
        state = .lingering(until: nil)
        incoming = ByteBuffer()
        touch()
        context.flush()
        let written = context.eventLoop.makePromise(of: Void.self)
        context.close(mode: .output, promise: written)
        written.futureResult.assumeIsolated().whenComplete { _ in self.outputEnded() }
        resumeReading()
    }

    /// The client has been sent all that there is.
    private func outputEnded() {
        guard case .lingering(until: nil) = state else { return }
        state = .lingering(until: .now() + loop.limits.lingerTime)
        if inputEnded { context?.close(promise: nil) }
    }

    /// Closes both ways; what the socket has not taken by then would be lost, so it is waited for.
    func closeWhenWritten() {
        guard let context else { return }
        state = .lingering(until: nil)
        incoming = ByteBuffer()
        touch()
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
        written.futureResult.assumeIsolated().whenComplete { _ in self.context?.close(promise: nil) }
    }

    /// Ends the connection as it stands. Over TLS without a farewell: that would say that an answer which broke off is whole, and
    /// wait for the client's own.
    func cut() {
        if isTLS, let socket = contextPastTLS() { socket.close(promise: nil) } else { context?.close(promise: nil) }
    }

    /// Ends a connection on which nothing is under way.
    private func leave() {
        // What comes while the client is waited for is no request any more.
        state = .lingering(until: .now() + loop.limits.lingerTime)
        context?.close(promise: nil)
    }

    // MARK: Deadlines

    /// Looks whether something has taken too long.
    func look(at now: NIODeadline) {
        let limits = loop.limits
        switch state {
        case .idle where !canTakeMore:
            if touchedAt + limits.clientTime < now { cut() }
        case .idle:
            if let headBeganAt {
                if headBeganAt + limits.headTime < now { headIsLate() }
            } else if touchedAt + limits.idleTime < now {
                leave()
            }
        case .exchange(let exchange):
            look(at: exchange, now)
        case .tunnel(let tunnel):
            if (tunnel.cutAt ?? touchedAt + limits.tunnelTime) < now { cut() }
        case .lingering(let until):
            if until ?? touchedAt + limits.clientTime < now { cut() }
        case .closed: break
        }
    }

    private func headIsLate() {
        if case .done = handshake { return refuse(HTTPProblem(408, "the request did not come to its end")) }
        handshakeFailed()
        cut()
    }

    private func look(at exchange: Exchange, _ now: NIODeadline) {
        let limits = loop.limits
        if exchange.hasAnswer {
            let streamTime = inputEnded && exchange.framing == .chunked ? limits.farewellStreamTime : limits.streamTime
            if touchedAt + (canTakeMore ? streamTime : limits.clientTime) < now { cut() }
        } else if exchange.isSent {
            if inputEnded { probe(exchange, now) }
            if touchedAt + limits.answerTime < now { giveUp(exchange, 504, "no answer within \(limits.answerTime.seconds) s") }
        } else if touchedAt + limits.clientTime < now {
            if let upstream = exchange.upstream, !upstream.isWritable {
                giveUp(exchange, 504, "the replica does not take the body")
            } else {
                giveUp(exchange, 408, "the body did not come to its end")
            }
        }
    }
}

extension ClientHandler {
    /// Looks whether a client that says no more is still there: one that is gone answers whatever is sent with a reset, and any client of
    /// HTTP/1.1 reads over an interim answer (RFC 9110, 15.2).
    private func probe(_ exchange: Exchange, _ now: NIODeadline) {
        let isDue = exchange.probedAt.map { $0 + loop.limits.probeTime < now } ?? true
        guard exchange.head.version == .http11, isDue else { return }
        exchange.probedAt = now
        write(Self.interim)
        flush()
    }

    private static let interim = ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")
}

extension ByteBuffer {
    /// Appends what has come, and lets go of what was read: else a stream of which an octet is always left would be kept whole.
    mutating func take(_ octets: inout ByteBuffer) {
        guard readableBytes > 0 else {
            self = octets
            return
        }
        if readerIndex > 32 << 10 { discardReadBytes() }
        writeBuffer(&octets)
    }
}

extension TimeAmount {
    fileprivate var seconds: Int64 { nanoseconds / 1_000_000_000 }
}
