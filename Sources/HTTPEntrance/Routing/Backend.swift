internal import NIOCore
internal import Synchronization

/// A replica as the entrance's event loops share it: how much is open to it.
final class Backend: Sendable {
    let endpoint: Route.Endpoint
    let address: SocketAddress
    private let requests = Atomic<Int>(0)
    private let tunnels = Atomic<Int>(0)
    private let leaving = Atomic<Bool>(false)
    /// Until when it is asked only if nobody else is there, in nanoseconds of `NIODeadline`.
    private let shunnedUntil = Atomic<UInt64>(0)

    /// How long a replica that could not be reached is shunned. It is short, as whoever tells the routes soon knows better.
    static let shunTime = TimeAmount.seconds(1)

    init(_ endpoint: Route.Endpoint) throws {
        self.endpoint = endpoint
        address = try SocketAddress(ipAddress: endpoint.address, port: Int(endpoint.port))
    }

    /// Requests that have no whole answer yet; WebSockets are not among them.
    var openRequests: Int { requests.load(ordering: .relaxed) }
    /// Open WebSockets.
    var openTunnels: Int { tunnels.load(ordering: .relaxed) }
    /// Whether no new request goes there.
    var isLeaving: Bool { leaving.load(ordering: .relaxed) }

    func requestBegan() { requests.wrappingAdd(1, ordering: .relaxed) }
    func requestEnded() { requests.wrappingSubtract(1, ordering: .relaxed) }

    /// A request became a WebSocket.
    func tunnelBegan() {
        tunnels.wrappingAdd(1, ordering: .relaxed)
        requestEnded()
    }

    func tunnelEnded() { tunnels.wrappingSubtract(1, ordering: .relaxed) }

    func leave(_ isLeaving: Bool) { leaving.store(isLeaving, ordering: .relaxed) }

    func shun(now: NIODeadline) { shunnedUntil.store((now + Self.shunTime).uptimeNanoseconds, ordering: .relaxed) }

    func isShunned(now: NIODeadline) -> Bool { shunnedUntil.load(ordering: .relaxed) > now.uptimeNanoseconds }
}
