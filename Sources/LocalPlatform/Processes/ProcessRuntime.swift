import BeamRelease
import FleetModel
import FoundationEssentials
import Glibc

/// Replicas as OS processes, each under a keeper.
struct ProcessRuntime: ReplicaRuntime, FleetFiles, SlotKeeping {
    let home: Home
    let network: LoopbackNetwork
    /// The path of `beamctl-keeper`.
    let keeper: String
    let launches: ReplicaLaunches

    init(home: Home, network: LoopbackNetwork, keeper: String) {
        self.home = home
        launches = ReplicaLaunches(home: home)
        self.network = network
        self.keeper = keeper
    }

    func start(_ replica: Replica, of revision: Revision, _ inputs: ReplicaInputs) throws -> any RunningReplica {
        guard has(release: revision.release.digest) else {
            throw LocalPlatformError(
                "the copy of its release is gone: it was removed, or damaged when the machine went down",
                hint: "beamctl deploy again")
        }
        let slot = SlotDirectory(home: home, replica: replica)
        let plan = try LaunchPlan(try request(replica, revision, inputs))
        try slot.makeFolder()
        try collectCrash(of: replica)
        try plan.write()
        try slot.write("spec", KeeperSpecFile.bytes(plan), mode: 0o600)
        try slot.makePipes()
        slot.forgetState()
        let link = try KeeperLink(slot) {
            try ChildProgram.start(keeper, [slot.path], environment: [], output: slot.path + "/keeper.log")
        }
        return ProcessReplica(slot: slot, link: link)
    }

    func find(_ replica: Replica) -> FoundReplica {
        let slot = SlotDirectory(home: home, replica: replica)
        // In this order: a keeper writes its state after it has the lock, and its BEAM's end before it lets go of it.
        let isLocked = slot.isLocked()
        let state = slot.state()
        guard isLocked else {
            switch state {
            case nil: return .absent
            case .ended(let exit): return .ended(exit)
            case .starting, .running, .failed: return .ended(nil)
            }
        }
        // The link is made before the keeper is looked at: one that ends in between is noticed by the link.
        if let keeper = state?.keeper, let link = try? KeeperLink(slot, keeper: { keeper.pid }), keeper.isAlive {
            let pid: Int32? = if case .running(let beam, _) = state { beam.pid } else { nil }
            return .running(ProcessReplica(slot: slot, link: link), pid: pid)
        }
        OrphanedBeam.end(slot)
        return .ended(nil)
    }

    func has(release digest: String) -> Bool {
        (try? launches.release(digest)) != nil
    }

    func endStrangers() async -> [String] {
        let alive = SlotDirectory.alive(in: home)
        for slot in alive {
            if let keeper = slot.state()?.keeper, let link = try? KeeperLink(slot, keeper: { keeper.pid }) { link.kill() }
        }
        let deadline = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < deadline, alive.contains(where: { $0.isLocked() }) {
            try? await Task.sleep(for: .milliseconds(10))
        }
        // Where a keeper does not hear, its BEAM is killed, and the keeper ends with it.
        for slot in alive where slot.isLocked() { OrphanedBeam.end(slot) }
        for slot in alive where !slot.isLocked() { try? slot.remove() }
        return alive.map(\.name)
    }

    func isIntact(release digest: String) -> Bool { ReleaseCopy.isIntact(digest: digest, in: home.releases) }

    func remove(release digest: String) throws {
        launches.forget(digest)
        try ReleaseCopy.remove(digest: digest, from: home.releases)
    }

    func removeLeftovers(keeping digests: Set<String>) {
        // Long migrations run in such a folder, too.
        let age = 24 * 3600
        ReleaseCopy.removeAll(in: home.releases, but: digests, olderThan: age)
        let trials = (try? FileManager.default.contentsOfDirectory(atPath: home.preflights)) ?? []
        for name in trials {
            let path = "\(home.preflights)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > age else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    func checkCommands(of spec: AppSpec, in digest: String) throws {
        let release = try launches.release(digest)
        for (name, process) in spec.processes.sorted(by: { $0.key < $1.key }) {
            guard let problem = process.command.flatMap({ release.problem(withCommand: $0) }) else { continue }
            throw PlatformError(.invalidRequest, "processes.\(name).command: \(problem)", hint: Release.commandHint)
        }
        // A program of the machine is found, or not, when it is run.
        guard let words = spec.releaseCommand, !(words.first?.hasPrefix("/") ?? true),
            let problem = release.problem(withCommand: words)
        else { return }
        throw PlatformError(.invalidRequest, "the command \(words[0]): \(problem)", hint: Release.commandHint)
    }

    func endedLogs(of key: AppKey) -> [EndedLogs.Entry] { EndedLogs(home: home, key: key).entries() }

    func call(_ command: OneOff, beside replica: Replica, of revision: Revision, _ inputs: ReplicaInputs) throws -> ProgramCall {
        ProgramCall(try LaunchPlan.oneOff(command.request, in: try request(replica, revision, inputs)))
    }

    func preflight(
        _ replicas: [(Replica, ReplicaInputs)], of revision: Revision, onlyReads: Bool
    ) throws -> Preflight {
        let folder = "\(home.preflights)/\(replicas.first?.0.name ?? "none")"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        do {
            var preflight = Preflight(boots: [:], reads: nil, secretValues: [], directory: folder)
            for (replica, inputs) in replicas {
                let trial = ConfigTrial(
                    try request(replica, revision, inputs, in: "\(folder)/\(replica.process)"), readerCache: home.configReaders)
                try onlyReads ? trial.writeReader() : trial.write()
                try trial.add(
                    to: &preflight, replica, of: revision.spec, inputs, onlyReads: onlyReads, call: ProgramCall.init)
                if onlyReads { break }
            }
            return preflight.leavingNothing
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    func attachFolder(of key: AppKey) -> String { "\(home.attachments)/\(key.namespace)/\(key.app)" }

    func write(_ plan: AttachPlan) throws {
        try FileManager.default.createDirectory(
            atPath: plan.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try plan.write()
    }

    func crashes(of key: AppKey, hiding redactor: Redactor) -> [CrashReport] {
        CrashStore(home: home, key: key).reports(hiding: redactor)
    }

    func removeKept(of key: AppKey) {
        CrashStore(home: home, key: key).removeAll()
        EndedLogs(home: home, key: key).removeAll()
        try? FileManager.default.removeItem(atPath: attachFolder(of: key))
    }

    func discard(preflight directory: String) throws {
        let name = directory.split(separator: "/").last.map(String.init) ?? ""
        guard directory == "\(home.preflights)/\(name)", !name.hasPrefix(".") else {
            throw PlatformError(.invalidRequest, "\(directory) is no folder of a trial")
        }
        try FileManager.default.removeItem(atPath: directory)
    }

    func trials() -> Set<String> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: home.preflights)) ?? []
        return Set(names.filter { !$0.hasPrefix(".") }.map { "\(home.preflights)/\($0)" })
    }

    func residentBytes(of pid: Int32) -> Int? { ResidentMemory.bytes(of: pid) }

    private func request(
        _ replica: Replica, _ revision: Revision, _ inputs: ReplicaInputs, in directory: String? = nil
    ) throws -> LaunchRequest {
        try launches.request(
            replica, revision, inputs,
            at: ReplicaLaunches.Place(
                root: launches.root(of: revision.release.digest),
                directory: directory ?? SlotDirectory(home: home, replica: replica).path, nameServer: network.nameServer))
    }
}

extension ProgramCall {
    init(_ command: OneOffCommand) {
        self.init(
            executable: command.executable, arguments: command.arguments, environment: command.environment,
            directory: command.directory, standardInput: command.standardInput)
    }
}

/// A BEAM under its keeper.
private struct ProcessReplica: RunningReplica {
    let slot: SlotDirectory
    let link: KeeperLink

    var states: any AsyncSequence<ReplicaState, Never> & Sendable { link.states.map { ReplicaState($0) } }

    func stop(grace: Duration, isBooting: Bool) { link.stop(grace: grace, isBooting: isBooting) }

    func kill() { link.kill() }

    func abandon() -> Bool {
        guard let keeper = slot.state()?.keeper, keeper.isAlive else { return false }
        return Glibc.kill(keeper.pid, SIGKILL) == 0
    }
}
