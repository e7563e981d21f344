public import FleetModel

/// One deploy at a time for each app; who comes second is told who is first, and waits.
public actor DeployLocks {
    private struct Waiter {
        let id: Int
        let holder: LockHolder
        let tell: AsyncStream<LockHolder?>.Continuation
    }

    private var queues: [AppKey: [Waiter]] = [:]
    private var nextID = 0

    /// Makes one in which nothing is locked.
    public init() {}

    /// Queues for the lock of an app. The stream says who holds it while somebody else does, then nil: it is yours, until the
    /// stream is let go.
    public func queue(for key: AppKey, _ holder: LockHolder) -> AsyncStream<LockHolder?> {
        let (stream, continuation) = AsyncStream.makeStream(of: LockHolder?.self)
        let id = nextID
        nextID += 1
        continuation.onTermination = { _ in
            Task { await self.leave(key, id) }
        }
        queues[key, default: []].append(Waiter(id: id, holder: holder, tell: continuation))
        let first = queues[key]?.first
        continuation.yield(first?.id == id ? nil : first?.holder)
        return stream
    }

    /// Lets go of a holder's lock, or of its place in the queue; nothing happens when it has neither.
    public func release(_ key: AppKey, _ holder: LockHolder) {
        for waiter in queues[key] ?? [] where waiter.holder == holder { leave(key, waiter.id) }
    }

    private func leave(_ key: AppKey, _ id: Int) {
        let wasFirst = queues[key]?.first?.id == id
        queues[key]?.removeAll { $0.id == id }
        guard let next = queues[key]?.first else {
            queues[key] = nil
            return
        }
        guard wasFirst else { return }
        next.tell.yield(nil)
        queues[key]?.dropFirst().forEach { $0.tell.yield(next.holder) }
    }
}
