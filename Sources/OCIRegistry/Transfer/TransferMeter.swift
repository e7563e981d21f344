import Synchronization

/// Adds up what several transfers have done.
final class TransferMeter: Sendable {
    private let total: Int
    private let done = Mutex(0)
    private let tell: @Sendable (RegistryClient.Progress) -> Void

    init(total: Int, _ tell: @escaping @Sendable (RegistryClient.Progress) -> Void) {
        self.total = total
        self.tell = tell
    }

    func add(_ count: Int) {
        let sum = done.withLock { done in
            done += count
            return done
        }
        tell(RegistryClient.Progress(done: sum, total: total))
    }
}
