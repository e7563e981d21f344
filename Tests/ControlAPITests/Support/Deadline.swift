/// What did not happen in time.
struct TimedOut: Error, CustomStringConvertible {
    var waitingFor: String

    var description: String { "waited in vain for \(waitingFor)" }
}

/// Waits for what a body waits for, but not longer than the deadline.
func within<Value: Sendable>(
    _ what: String, deadline: Duration = .seconds(20), _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: deadline)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw TimedOut(waitingFor: what) }
        return value
    }
}
