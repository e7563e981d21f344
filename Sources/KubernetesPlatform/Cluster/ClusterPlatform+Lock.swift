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
        // Mostly nobody has it, and nothing has to be read first.
        if try await make(KeptLock.object(key, holder, now: .present, resourceVersion: nil), key) { return }
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
            guard lease != nil else {
                if try await make(wanted, key) { return }
                continue
            }
            do {
                try await client.replace(wanted.json, as: .leases, in: key.namespace)
                return
            } catch let error as KubernetesError where [.conflict, .notFound].contains(error.code) {
                // Another was quicker, or has just let go.
            }
        }
    }

    /// Makes the Lease; false when there is one.
    private func make(_ lease: KubernetesObject, _ key: AppKey) async throws -> Bool {
        try await explaining(key) {
            do {
                try await client.create(lease.json, as: .leases, in: key.namespace)
                return true
            } catch let error as KubernetesError where error.code == .alreadyExists {
                return false
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
