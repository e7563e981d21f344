import Synchronization

/// What did not happen in time, and what was seen instead.
public struct TimedOut: Error, CustomStringConvertible {
    private let waitingFor: String
    private let lastSeen: String?

    /// Makes one.
    public init(waitingFor: String, lastSeen: String? = nil) {
        self.waitingFor = waitingFor
        self.lastSeen = lastSeen
    }

    /// Both in a sentence.
    public var description: String { "waited in vain for \(waitingFor)" + (lastSeen.map { "; last seen: \($0)" } ?? "") }
}

/// Something to say when time is up.
public final class LastSeen: Sendable {
    private let text = Mutex<String?>(nil)

    /// Nothing yet.
    public init() {}

    /// What was noted last.
    public var description: String? { text.withLock { $0 } }

    /// Keeps what is seen now.
    public func note(_ seen: String) { text.withLock { $0 = seen } }
}

/// Waits for what a body waits for, but not longer than the deadline.
public func within<Value: Sendable>(
    _ what: String, deadline: Duration = .seconds(20), lastSeen: LastSeen = LastSeen(),
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: deadline)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else {
            throw TimedOut(waitingFor: what, lastSeen: lastSeen.description)
        }
        return value
    }
}
