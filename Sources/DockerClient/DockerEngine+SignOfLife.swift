import HTTPTransport

extension DockerEngine {
    /// Asks for a sign of life: what an Engine answers without looking at anything. Throws ``DockerError`` `.silent` when there is none in
    /// time, `.unreachable`, `.denied`.
    ///
    /// - Parameter limit: How long it has; nil: as long as it always has.
    public func ping(within limit: Duration? = nil) async throws {
        let call = try call("GET", "/_ping")
        do {
            _ = try await transport.send(call, timeout: limit ?? patience, bodyLimit: 1 << 10)
        } catch let failure as HTTPFailure where failure.reason == .timeout {
            throw DockerError(silentAt: host)
        } catch let failure as HTTPFailure {
            throw DockerError(failure, host: host)
        }
    }

    /// Does something that waits for the Engine. Now and then that is asked for a sign of life, and when it gives none this ends: some
    /// answers take minutes, but an Engine that is stopped takes requests and never answers. Throws ``DockerError`` `.silent`.
    public func whileAnswering<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: body)
            group.addTask {
                while true {
                    try await Task.sleep(for: patience)
                    // One that has ended breaks what is waited for, too, and that says why.
                    do { try await ping() } catch let error as DockerError where error.code != .silent {}
                }
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
