internal import Synchronization

/// What an entrance has done since it was started, over all event loops.
final class EntranceCounters: Sendable {
    private let connections = Atomic<Int>(0)
    private let open = Atomic<Int>(0)
    private let requests = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)

    /// Connections that clients opened.
    var connectionCount: Int { connections.load(ordering: .relaxed) }
    /// Those of them that are open.
    var openConnections: Int { open.load(ordering: .relaxed) }
    /// Requests that were answered.
    var requestCount: Int { requests.load(ordering: .relaxed) }
    /// Those of them that were not well-formed.
    var refusedCount: Int { refused.load(ordering: .relaxed) }

    /// A connection was opened. Returns how many are open now.
    func connectionOpened() -> Int {
        connections.wrappingAdd(1, ordering: .relaxed)
        return open.wrappingAdd(1, ordering: .relaxed).newValue
    }

    func connectionClosed() { open.wrappingSubtract(1, ordering: .relaxed) }
    func requestAnswered() { requests.wrappingAdd(1, ordering: .relaxed) }
    func requestRefused() { refused.wrappingAdd(1, ordering: .relaxed) }
}
