internal import ExternalTermFormat
internal import NIOCore

/// The thin shell around handshake, session and heartbeat: it moves bytes, promises and timers, and decides nothing.
///
/// Lives on its channel's event loop, and is touched nowhere else.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = Frame
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case handshake(Handshake)
        case up(Session<Calls.Slot>)
        case down(ConnectionLoss)
    }

    let peer: PeerName
    let settings: ConnectionSettings
    var phase: Phase
    var calls = Calls()
    var closeWaiters: [UInt64: EventLoopPromise<ConnectionLoss?>] = [:]
    var context: ChannelHandlerContext?
    private let established: EventLoopPromise<Handshake.Introduction>
    private let deadline: NIODeadline
    private var handshakeTimer: Scheduled<Void>?
    private var heartbeat = Heartbeat()
    private var heartbeatTimer: Scheduled<Void>?
    var readIsHeldBack = false
    var unsentBytes = 0

    /// - Parameters:
    ///   - deadline: when the handshake must be done.
    ///   - established: told who we are when it is, or why it never will be.
    init(
        peer: PeerName, handshake: Handshake, settings: ConnectionSettings, deadline: NIODeadline,
        established: EventLoopPromise<Handshake.Introduction>
    ) {
        self.peer = peer
        self.settings = settings
        self.phase = .handshake(handshake)
        self.deadline = deadline
        self.established = established
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        handshakeTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.handshake(.timedOut) }
        if context.channel.isActive { handshake(.connected) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        handshake(.closed)
        end(ConnectionLoss(code: .closedHere, detail: "the connection was taken down"))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        handshake(.connected)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        handshake(.closed)
        end(ConnectionLoss(code: .closedByPeer, detail: "\(peer) closed the connection"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? FrameError {
            fail(.protocolViolation, "\(peer) sent \(error)")
        } else {
            fail(.transportFailed, "\(error)")
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch phase {
        case .handshake:
            guard case .handshake(let message) = frame else { return }
            handshake(.received(message))
        case .up(var session):
            phase = .down(.moving)  // so that the session has one owner, and changes in place
            let action = session.receive(frame)
            phase = .up(session)
            if frame == .tick { beat(.heardTick) }
            perform(action)
        case .down: break
        }
    }

    /// Fires for every read, also when it was only a part of a frame: that, too, is a sign of life.
    func channelReadComplete(context: ChannelHandlerContext) {
        beat(.heard)
        context.flush()
        context.fireChannelReadComplete()
    }
}

// MARK: - Handshake
extension ConnectionHandler {
    private func handshake(_ event: Handshake.Event) {
        guard case .handshake(var handshake) = phase else { return }
        let action = handshake.handle(event)
        phase = .handshake(handshake)
        switch action {
        case .send(let buffer): context?.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        case .establish(let own): establish(own)
        case .fail(let error): fail(error)
        case .wait: break
        }
    }

    private func establish(_ own: Handshake.Introduction) {
        handshakeTimer?.cancel()
        phase = .up(Session(own, settings: settings))
        scheduleHeartbeat()
        established.succeed(own)
    }

    private func fail(_ error: ConnectError) {
        handshakeTimer?.cancel()
        phase = .down(ConnectionLoss(code: .closedHere, detail: error.detail))
        established.fail(error)
        context?.close(promise: nil)
    }
}

// MARK: - Life and end
extension ConnectionHandler {
    /// Ends the connection for a reason that was found here.
    private func fail(_ code: ConnectionLoss.Code, _ detail: String) {
        if case .handshake = phase {
            guard code == .protocolViolation else { return handshake(.closed) }
            fail(ConnectError(code: .protocolViolation, peer: peer, detail: detail))
        } else {
            end(ConnectionLoss(code: code, detail: detail))
            context?.close(promise: nil)
        }
    }

    /// Only the first reason counts. Everybody who waits is told at once.
    func end(_ loss: ConnectionLoss) {
        guard case .up = phase else { return tellCloseWaiters() }
        phase = .down(loss)
        heartbeatTimer?.cancel()
        calls.failAll(.connectionLost(loss))
        tellCloseWaiters()
    }

    private func tellCloseWaiters() {
        guard case .down(let loss) = phase else { return }
        let waiters = closeWaiters.values
        closeWaiters = [:]
        for waiter in waiters { waiter.succeed(loss) }
    }

    private func perform(_ action: Session<Calls.Slot>.Action) {
        switch action {
        case .answer(let slot, let result): calls.resolve(slot, result)
        case .send(let buffer): send(buffer)  // flushed when all that came in with it has been read
        case .violation(let detail): fail(.protocolViolation, "\(peer) sent \(detail)")
        case .none: break
        }
    }

    private func scheduleHeartbeat() {
        let quarter = TimeAmount(settings.tickTime / 4)
        heartbeatTimer = context?.eventLoop.assumeIsolated().scheduleTask(in: quarter) {
            self.beat(.quarterEnded)
            if case .up = self.phase { self.scheduleHeartbeat() }
        }
    }

    func beat(_ event: Heartbeat.Event) {
        guard case .up = phase else { return }
        switch heartbeat.handle(event) {
        case .sendTick:
            write(ByteBuffer(integer: UInt32(0)))
            context?.flush()
        case .giveUp: fail(.silent, "nothing was heard of \(peer) for \(settings.tickTime)")
        case .none: break
        }
    }
}

extension ConnectionLoss {
    /// Stands in while a session is being changed; never seen.
    static let moving = ConnectionLoss(code: .closedHere, detail: "")
}
