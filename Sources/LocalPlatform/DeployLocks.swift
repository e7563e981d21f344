public import FleetModel

/// One command at a time that changes an app; who comes second is told who is first, and waits.
public actor DeployLocks {
    private struct Waiter {
        let id: Int
        /// As it named itself, which is how it is known again.
        let holder: LockHolder
        /// Since when it is first.
        var since: Timestamp?
        let tell: AsyncStream<LockHolder?>.Continuation

        /// The same with the moment from which it has been first.
        var present: LockHolder {
            LockHolder(who: holder.who, since: since ?? holder.since, verb: holder.verb)
        }
    }

    private var queues: [AppKey: [Waiter]] = [:]
    private var nextID = 0
    private let now: @Sendable () -> Timestamp

    /// Makes one in which nothing is locked; `now` is the time of day.
    public init(now: @escaping @Sendable () -> Timestamp = FleetWorld.real.now) {
        self.now = now
    }

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
        let first = first(in: key)
        continuation.yield(first?.id == id ? nil : first?.present)
        return stream
    }

    /// Lets go of a holder's lock, or of its place in the queue; nothing happens when it has neither.
    public func release(_ key: AppKey, _ holder: LockHolder) {
        for waiter in queues[key] ?? [] where waiter.holder == holder { leave(key, waiter.id) }
    }

    private func leave(_ key: AppKey, _ id: Int) {
        let wasFirst = queues[key]?.first?.id == id
        queues[key]?.removeAll { $0.id == id }
        guard let next = first(in: key) else {
            queues[key] = nil
            return
        }
        guard wasFirst else { return }
        next.tell.yield(nil)
        queues[key]?.dropFirst().forEach { $0.tell.yield(next.present) }
    }

    /// Who has the lock.
    private func first(in key: AppKey) -> Waiter? {
        if let first = queues[key]?.first, first.since == nil { queues[key]?[0].since = now() }
        return queues[key]?.first
    }
}
