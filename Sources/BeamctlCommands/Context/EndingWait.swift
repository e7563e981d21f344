import FleetModel

/// Waits until an app's replicas have ended, as long as the user wants to. What has not ended by then goes on to end in the daemon.
struct EndingWait {
    let session: Session
    let key: AppKey
    let limit: Duration

    /// Does what ends them. Throws ``CommandFailure`` when that takes longer than the limit, and what `end` throws.
    func run(_ end: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await end()
                return true
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else { throw await timedOut() }
        }
    }

    private func timedOut() async -> CommandFailure {
        let left = (try? await session.platform.status(of: key).replicas) ?? []
        return CommandFailure(
            "timed_out", "timed out after \(limit.components.seconds) s waiting for the replicas of '\(key.app)' to end",
            hint: "they go on to end: beamctl status \(key.app)",
            details: left.prefix(5).map { "\($0.name) is \($0.phase.rawValue)" + ($0.reason.map { ": \($0)" } ?? "") },
            exitCode: CommandFailure.Exit.timedOut)
    }
}
