import Synchronization

/// What did not happen in time, and what was seen instead.
struct TimedOut: Error, CustomStringConvertible {
    var waitingFor: String
    var lastSeen: String

    var description: String { "waited in vain for \(waitingFor); last seen: \(lastSeen)" }
}

/// Something to say when time is up.
final class LastSeen: Sendable {
    private let text = Mutex("nothing")

    var description: String { text.withLock { $0 } }

    func note(_ seen: String) { text.withLock { $0 = seen } }
}

/// Waits for what a body waits for, but not longer than the deadline.
func within<Value: Sendable>(
    _ deadline: Duration = .seconds(20), _ what: String, lastSeen: LastSeen = LastSeen(),
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

/// The next element of a stream.
func next<Element: Sendable>(_ stream: AsyncStream<Element>, _ what: String) async throws -> Element? {
    try await within(what) {
        for await element in stream { return .some(element) }
        return nil
    }
}
