import Synchronization

/// The leases of the trials that this process has had made: each is held until it is let go, or the process ends.
final class TrialHold: Sendable {
    private let tasks = Mutex<[String: Task<Void, Never>]>([:])

    /// Holds one, with what does that until it is cancelled.
    func take(_ directory: String, _ hold: @escaping @Sendable () async -> Void) {
        let task = Task { await hold() }
        tasks.withLock { $0.updateValue(task, forKey: directory) }?.cancel()
    }

    /// Lets go of one.
    func drop(_ directory: String) {
        tasks.withLock { $0.removeValue(forKey: directory) }?.cancel()
    }
}
