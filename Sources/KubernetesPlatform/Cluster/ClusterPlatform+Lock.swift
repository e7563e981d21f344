public import FleetModel
import KubernetesClient

extension ClusterPlatform {
    /// Waits until nobody else changes the app, says so once (`nil`), and holds the lock, a Lease, until the reader is gone.
    public func deployLock(_ key: AppKey, holder: LockHolder) -> AsyncThrowingStream<LockHolder?, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await take(key, holder) { continuation.yield($0) }
                    continuation.yield(nil)
                    try await keep(key, holder)
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: PlatformError.translating(error))
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// How often it is looked whether a lock is free.
    private static let glance = Duration.milliseconds(500)

    /// Takes the lock, as soon as it is free or was left.
    private func take(_ key: AppKey, _ holder: LockHolder, _ tell: (LockHolder) -> Void) async throws {
        var patience = LockPatience()
        var told: String?
        let start = ContinuousClock.now
        while true {
            let lease = try await explaining(key) { try await object(.leases, StateNames.lock(key.app), in: key.namespace) }
            if let lock = lease.flatMap(KeptLock.init), lock.holder.who != holder.who,
                !patience.isLeft(lock, elapsed: start.duration(to: .now))
            {
                if told != lock.holder.who { tell(lock.holder) }
                told = lock.holder.who
                try await Task.sleep(for: Self.glance)
                continue
            }
            let wanted = KeptLock.object(key, holder, now: .present, resourceVersion: lease?.resourceVersion)
            do {
                if lease == nil {
                    try await explaining(key) { _ = try await client.create(wanted.json, as: .leases, in: key.namespace) }
                } else {
                    try await client.replace(wanted.json, as: .leases, in: key.namespace)
                }
                return
            } catch let error as KubernetesError where [.conflict, .alreadyExists, .notFound].contains(error.code) {
                // Another was quicker, or has just let go.
            }
        }
    }

    /// Renews the lock until the task ends.
    private func keep(_ key: AppKey, _ holder: LockHolder) async throws {
        while true {
            try await Task.sleep(for: KeptLock.rhythm)
            guard let lease = try? await object(.leases, StateNames.lock(key.app), in: key.namespace),
                KeptLock(lease)?.holder.who == holder.who
            else { continue }
            let renewed = KeptLock.object(key, holder, now: .present, resourceVersion: lease.resourceVersion)
            _ = try? await client.replace(renewed.json, as: .leases, in: key.namespace)
        }
    }

    /// Lets go of the lock that this holder has.
    public func releaseDeployLock(_ key: AppKey, holder: LockHolder) async throws {
        try await translating {
            while let lease = try await object(.leases, StateNames.lock(key.app), in: key.namespace),
                KeptLock(lease)?.holder.who == holder.who
            {
                do {
                    try await client.delete(.leases, lease.name, in: key.namespace, resourceVersion: lease.resourceVersion)
                    return
                } catch let error as KubernetesError where error.code == .conflict {
                    // It was just being renewed.
                }
            }
        }
    }
}
