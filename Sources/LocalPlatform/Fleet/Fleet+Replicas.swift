import FleetModel
import FleetStore
import Logging

extension Fleet {
    /// Starts a replica's BEAM and stays with it until it has ended.
    func startAndStay(_ name: String) async {
        guard var replica = replicas[name], replica.phase == .pending || replica.phase == .backoff else { return }
        do {
            let revision = try revision(replica.revision, of: replica.key)
            if revision.spec.runtime == .process { try moveIfTaken(&replica, revision) }
            let beam = try runtime(revision.spec).start(replica, of: revision, try inputs(for: replica, of: revision))
            running[name] = beam
            // From here on there is something to stop.
            handle(.started(pid: nil), name: name)
            await stay(with: beam, name)
        } catch {
            handle(.startFailed(reason: "\(error)"), name: name)
        }
    }

    /// A replica whose ports a stranger has taken since it got them would fail at each start: it gets another slot, and with it another
    /// node name.
    private func moveIfTaken(_ replica: inout Replica, _ revision: Revision) throws {
        let slot = replica.slot
        guard !world.isFree(slot.address, [slot.port, Distribution.port]) else { return }
        let others = Set(replicas.values.map(\.slot))
        guard let free = try SlotAllocator(network: network, isFree: world.isFree).allocate(1, inUse: others).first else {
            return
        }
        log.warning(
            "moved: somebody else listens there", metadata: ["replica": "\(replica.name)", "from": "\(slot)", "to": "\(free)"])
        replica.slot = free
        replica.node = NodeName.make(revision, replica.key, free)
        keep(replica)
        changed(replica.key)
    }

    /// Listens to a BEAM and asks it how it is, until it has ended.
    func stay(with beam: any RunningReplica, _ name: String) async {
        await withTaskGroup(of: Void.self) { group in
            // Who asks at an address that nothing has yet waits for seconds, where a process's own refuses at once.
            var isWatched = replicas[name].flatMap { spec(of: $0) }?.runtime != .docker
            if isWatched { group.addTask { await ReplicaWatcher(fleet: self, replica: name).run() } }
            var hasEnded = false
            for await state in beam.states where !hasEnded {
                hasEnded = heard(state, name)
                guard !isWatched, case .running = state else { continue }
                isWatched = true
                group.addTask { await ReplicaWatcher(fleet: self, replica: name).run() }
            }
            group.cancelAll()
            if !Task.isCancelled && !hasEnded { await lostKeeper(name) }
        }
    }

    /// Returns whether that was the last to hear.
    private func heard(_ state: ReplicaState, _ name: String) -> Bool {
        noteHearing(of: name, state)
        switch state {
        case .starting, .unheard: return false
        case .running(let pid):
            if replicas[name]?.pid != pid { handle(.started(pid: pid), name: name) }
            return false
        case .ended(let exit, let killedFor):
            gone(name)
            if let killedFor { handle(.killed(reason: killedFor), name: name) }
            handle(.exited(exit), name: name)
            return true
        case .failed(let reason):
            gone(name)
            handle(.startFailed(reason: reason), name: name)
            return true
        }
    }

    /// Whoever watches is told when what runs a replica does not answer, and when it does again.
    private func noteHearing(of name: String, _ state: ReplicaState) {
        let before = unheard[name]
        if case .unheard(let reason) = state { unheard[name] = reason } else { unheard[name] = nil }
        guard unheard[name] != before, let key = replicas[name]?.key else { return }
        log.warning("\(unheard[name].map { "unheard: \($0)" } ?? "heard again")", metadata: ["replica": "\(name)"])
        watchers.tell(key, status: try? snapshot(of: key))
    }

    /// The keeper is gone and did not say how its BEAM ended: it was killed, and what it kept may still live.
    private func lostKeeper(_ name: String) async {
        guard let replica = replicas[name] else { return }
        gone(name)
        switch await runtime(of: replica).find(replica) {
        case .running(let beam, _):
            running[name] = beam
            // It may have been told to end while nobody could pass that on.
            if let now = replicas[name], now.phase == .stopping {
                order(beam, toStop: now)
            }
            workQueue.yield(.keep(name, beam))
        case .ended(let exit):
            handle(.exited(exit ?? Replica.Exit(code: nil, signal: nil, at: world.now())), name: name)
        case .absent:
            handle(.startFailed(reason: "its keeper ended before the BEAM was started"), name: name)
        }
    }

    private func gone(_ name: String) {
        running[name] = nil
        unheard[name] = nil
        reports[name] = nil
        if let session = sessions.removeValue(forKey: name) {
            Task { await session.close() }
        }
    }

    /// Changes a replica by what happened, writes it down, tells it, and does what follows.
    func handle(_ event: ReplicaLifecycle.Event, name: String) {
        guard var replica = replicas[name] else { return }
        let before = replica
        let action = ReplicaLifecycle.handle(event, of: &replica, now: world.now())
        guard replica != before || action != .none else { return }
        if replica.phase != before.phase || replica.reason != before.reason { note(replica) }
        if replica != before { keep(replica) }
        perform(action, on: replica)
        changed(replica.key)
        if replica.phase != before.phase { tellNeighbours(of: replica) }
        reconcile(replica.key)
    }

    private func perform(_ action: ReplicaLifecycle.Action, on replica: Replica) {
        switch action {
        case .none: break
        case .start: workQueue.yield(.start(replica.name))
        case .startAt(let moment): workQueue.yield(.wake(replica.name, moment))
        case .drain: workQueue.yield(.drain(replica.name))
        case .stop:
            if let beam = running[replica.name] { order(beam, toStop: replica) }
        case .forget: forget(replica)
        }
    }

    /// Remembers a replica as it now is. A full disk must not stop what can go on: what is not written is found again at the
    /// next start from the keeper's own files.
    func keep(_ replica: Replica) {
        replicas[replica.name] = replica
        do {
            try store.save([replica])
        } catch {
            log.error("not written down", metadata: ["replica": "\(replica.name)", "error": "\(error)"])
        }
    }

    /// Nothing of the replica lives: remove its folder and its record.
    func forget(_ replica: Replica) {
        replicas[replica.name] = nil
        reports[replica.name] = nil
        do {
            try runtime(of: replica).remove(replica, at: world.now())
            try store.forget(replica: replica.name)
        } catch {
            log.error("not cleaned up", metadata: ["replica": "\(replica.name)", "error": "\(error)"])
        }
        writeWhatIsUnwritten()
        // Its address may be what another app waits for.
        for key in problems.keys where key != replica.key {
            problems[key] = nil
            reconcile(key)
        }
        changed(replica.key)
    }

    func grace(of replica: Replica) -> Duration {
        .seconds(spec(of: replica)?.shutdown.graceSeconds ?? ShutdownSpec.defaultGraceSeconds)
    }

    /// Ends a replica that is not wanted any more; one that serves requests is let finish them.
    func stop(_ name: String, _ reason: String) {
        let serves = replicas[name].flatMap { spec(of: $0)?.processes[$0.process]?.http } != nil
        handle(.stopRequested(reason: reason, drains: serves), name: name)
    }

    /// Waits until nothing is open to a replica that has left the routes, or for as long as its manifest says.
    func finishRequests(of name: String) async {
        guard let replica = replicas[name], replica.phase == .draining else { return }
        let patience = Duration.seconds(spec(of: replica)?.shutdown.drainSeconds ?? ShutdownSpec.defaultDrainSeconds)
        await entrance.drain(name, patience: patience, routes: toldRoutes)
        // A daemon that ends leaves the requests alone: the next one goes on with the drain.
        guard !Task.isCancelled else { return }
        handle(.drained, name: name)
    }

    private func note(_ replica: Replica) {
        log.info(
            "\(replica.phase.rawValue)",
            metadata: ["replica": "\(replica.name)", "reason": "\(replica.reason ?? "-")", "pid": "\(replica.pid ?? 0)"])
    }
}
