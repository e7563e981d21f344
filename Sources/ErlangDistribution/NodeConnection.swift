public import ExternalTermFormat
internal import NIOCore
internal import Synchronization

/// A connection to a running BEAM, as a hidden node: it is asked by remote calls, and takes no part in the cluster.
///
/// Nothing is installed on the peer. Calls from any task may be under way at once; each is matched to its answer by a
/// reference. The connection ends with ``close()``, when the peer ends, when the peer falls silent, or when nobody holds this
/// object any more.
public final class NodeConnection: Sendable {
    /// The node at the other end.
    public let peer: PeerName
    /// The name that the peer knows us by.
    public let localName: Atom

    let channel: any Channel
    let handler: NIOLoopBound<ConnectionHandler>
    let lastNumber = Atomic<UInt64>(0)

    init(peer: PeerName, localName: Atom, channel: any Channel, handler: NIOLoopBound<ConnectionHandler>) {
        self.peer = peer
        self.localName = localName
        self.channel = channel
        self.handler = handler
    }

    deinit {
        channel.close(promise: nil)
    }

    /// Connects to a node: dials, and proves in both directions that both sides know the cookie.
    ///
    /// - Parameters:
    ///   - peer: the node's full name. Another node that answers there is refused.
    ///   - dialer: the way to its distribution port.
    ///   - cookie: the cluster's secret.
    ///   - localName: how we are called; by default the peer gives us a name with its own host part.
    ///   - settings: bounds and tick time.
    ///   - timeout: for all of it; Erlang's own (`net_setuptime`) is 7 s.
    /// - Throws: ``ConnectError``.
    public static func connect(
        to peer: PeerName, through dialer: any Dialer = TCPDialer(), cookie: Cookie, as localName: LocalName? = nil,
        settings: ConnectionSettings = ConnectionSettings(), timeout: Duration = .seconds(7)
    ) async throws(ConnectError) -> NodeConnection {
        var random = SystemRandomNumberGenerator()
        let handshake = Handshake(
            peer: peer, localName: localName ?? .assignedByPeer(host: peer.host), cookie: cookie, challenge: random.next())
        return try await Opening(peer: peer, handshake: handshake, settings: settings, timeout: timeout).run(through: dialer)
    }

    /// Closes the connection; calls under way fail with `connectionLost`. Returns when it is closed; does nothing twice.
    public func close() async {
        let handler = self.handler
        try? await channel.eventLoop.submit {
            handler.value.end(ConnectionLoss(code: .closedHere, detail: "the connection was closed here"))
        }.get()
        try? await channel.close().get()
    }

    /// Waits until the connection has ended, however that comes, and says how: at once when it has ended already.
    ///
    /// When the BEAM at the other end is killed, this returns as soon as the operating system says so.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    public func waitUntilClosed() async throws(CancellationError) -> ConnectionLoss {
        let (number, handler, loop) = (nextNumber(), self.handler, channel.eventLoop)
        let promise = loop.makePromise(of: ConnectionLoss?.self)
        loop.execute { handler.value.awaitEnd(number, promise) }
        let loss = await withTaskCancellationHandler {
            try? await promise.futureResult.get()
        } onCancel: {
            loop.execute { handler.value.stopAwaitingEnd(number) }
        }
        guard let loss else { throw CancellationError() }
        return loss
    }

    func nextNumber() -> UInt64 {
        lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
    }
}

extension ConnectionHandler {
    fileprivate func awaitEnd(_ number: UInt64, _ promise: EventLoopPromise<ConnectionLoss?>) {
        if case .down(let loss) = phase {
            promise.succeed(loss)
        } else {
            closeWaiters[number] = promise
        }
    }

    fileprivate func stopAwaitingEnd(_ number: UInt64) {
        closeWaiters.removeValue(forKey: number)?.succeed(nil)
    }
}
