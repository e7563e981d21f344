import FleetModel
import FleetStore
import Logging
import ProcessTree

extension Fleet {
    /// Loads what is kept, adopts what lives, and notes how everything else ended. To be called once, before ``run()``.
    public func recover() async throws {
        let state = try store.load()
        deployments = Dictionary(uniqueKeysWithValues: state.deployments.map { ($0.key, $0) })
        revisions = state.revisions
        settings = try store.settings()
        let boot = MachineBoot.present ?? ""
        let isNewBoot = try store.fact("boot") != boot
        if isNewBoot { try store.setFact("boot", to: boot) }
        replicas = Dictionary(uniqueKeysWithValues: state.replicas.map { ($0.name, $0) })
        if isNewBoot { removeDamagedReleases() }
        // Nothing is planned before each replica has been looked at: one that is merely not known yet would be made anew.
        reconciling = Set(deployments.keys)
        if revisions.values.joined().contains(where: { $0.spec.runtime == .docker }) { await containers?.resume() }
        let found = await Self.find(state.replicas.map { ($0, runtime(of: $0)) })
        for replica in state.replicas { recover(replica, found[replica.name] ?? .absent, isNewBoot: isNewBoot) }
        reconciling = []
        lookAgain = []
        removeLeftovers()
        tellServices()
        for key in deployments.keys { reconcile(key) }
    }

    /// A copy is not forced to the disk when it is made, so one that was made just before the power went may not be whole. Nothing
    /// runs from it yet.
    private func removeDamagedReleases() {
        let wanted = deployments.values.compactMap { try? revision($0.revision, of: $0.key).release.digest }
        for digest in Set(wanted) where files.has(release: digest) && !files.isIntact(release: digest) {
            log.error("a release's copy is damaged, and removed", metadata: ["digest": "\(digest)"])
            try? files.remove(release: digest)
        }
    }

    /// Looks for all of them at once: an Engine that does not answer is waited for once.
    private static func find(_ replicas: [(Replica, any ReplicaRuntime)]) async -> [String: FoundReplica] {
        await withTaskGroup(of: (String, FoundReplica).self) { group in
            for (replica, runtime) in replicas {
                group.addTask { (replica.name, await runtime.find(replica)) }
            }
            var found: [String: FoundReplica] = [:]
            for await (name, one) in group { found[name] = one }
            return found
        }
    }

    private func recover(_ replica: Replica, _ found: FoundReplica, isNewBoot: Bool) {
        switch found {
        case .running(let beam, let pid):
            log.info("adopted", metadata: ["replica": "\(replica.name)", "pid": "\(pid ?? 0)"])
            adopt(replica, beam, pid: pid)
        case .ended(let exit) where !isNewBoot:
            guard replica.phase != .backoff else { return wakeAgain(replica) }
            handle(.exited(exit ?? Replica.Exit(code: nil, signal: nil, at: world.now())), name: replica.name)
        case .ended, .absent:
            startAfresh(replica)
        }
    }

    private func adopt(_ replica: Replica, _ beam: any RunningReplica, pid: Int32?) {
        var adopted = replica
        if adopted.phase == .pending || adopted.phase == .backoff {
            // It was started, and the daemon ended before it could write that down.
            _ = ReplicaLifecycle.handle(.started(pid: pid), of: &adopted, now: world.now())
        }
        if let pid { adopted.pid = pid }
        keep(adopted)
        running[replica.name] = beam
        if adopted.phase == .stopping { order(beam, toStop: adopted) }
        if adopted.phase == .draining { workQueue.yield(.drain(adopted.name)) }
        workQueue.yield(.keep(replica.name, beam))
    }

    /// After a machine's restart, or when a start was written down and not done: nothing has failed, so nothing is counted.
    private func startAfresh(_ replica: Replica) {
        guard !replica.phase.isLeaving else { return forget(replica) }
        var fresh = replica
        fresh.phase = .pending
        fresh.reason = nil
        fresh.pid = nil
        fresh.failures = 0
        fresh.startsAgainAt = nil
        keep(fresh)
        workQueue.yield(.start(replica.name))
    }

    private func wakeAgain(_ replica: Replica) {
        workQueue.yield(.wake(replica.name, replica.startsAgainAt ?? world.now()))
    }
}
