import BeamRelease
import FleetModel
import NIOConcurrencyHelpers

/// Replicas as OS processes, each under a keeper.
struct ProcessRuntime: ReplicaRuntime {
    let home: Home
    let network: LoopbackNetwork
    /// The path of `beamctl-keeper`.
    let keeper: String
    private let releases = NIOLockedValueBox<[String: Release]>([:])

    init(home: Home, network: LoopbackNetwork, keeper: String) {
        self.home = home
        self.network = network
        self.keeper = keeper
    }

    func start(_ replica: Replica, of revision: Revision, cookie: String) throws -> any RunningReplica {
        let slot = SlotDirectory(home: home, replica: replica)
        let plan = try LaunchPlan(try request(replica, revision, cookie))
        try slot.makeFolder()
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

    func remove(_ replica: Replica) throws {
        try SlotDirectory(home: home, replica: replica).remove()
    }

    func has(release digest: String) -> Bool {
        (try? release(at: "\(home.releases)/\(digest)")) != nil
    }

    func remove(release digest: String) throws {
        releases.withLockedValue { $0["\(home.releases)/\(digest)"] = nil }
        try ReleaseCopy.remove(digest: digest, from: home.releases)
    }

    func logPath(_ replica: Replica) -> String {
        SlotDirectory(home: home, replica: replica).log
    }

    func call(_ command: OneOff, beside replica: Replica, of revision: Revision, cookie: String) throws -> ProgramCall {
        let wish: OneOffCommand.Request =
            switch command.kind {
            case .eval: .eval(command.expression ?? "")
            case .rpc: .rpc(command.expression ?? "")
            case .remote: .remote(terminal: command.terminal)
            }
        let call = try LaunchPlan.oneOff(wish, in: try request(replica, revision, cookie))
        return ProgramCall(
            executable: call.executable, arguments: call.arguments, environment: call.environment, directory: call.directory,
            standardInput: call.standardInput)
    }

    private func request(_ replica: Replica, _ revision: Revision, _ cookie: String) throws -> LaunchRequest {
        let spec = revision.spec
        let root = "\(home.releases)/\(revision.release.digest)"
        let domain = "svc.cluster.local"
        var request = LaunchRequest(
            release: try release(at: root), root: root, directory: SlotDirectory(home: home, replica: replica).path,
            replica: replica.name, node: replica.node ?? "\(revision.release.description.name)@\(replica.slot.address)",
            address: replica.slot.address, cookie: cookie,
            nameServer: LaunchRequest.NameServer(address: network.nameServer, port: NameServerKeeper.port),
            searchDomains: ["\(replica.key.namespace).\(domain)", domain, "cluster.local"],
            peers: "\(replica.key.app)-peers.\(replica.key.namespace).\(domain)", httpPort: replica.slot.port)
        request.distributionPort = Distribution.port
        request.discovery =
            switch spec.cluster.discovery {
            case .auto: .auto
            case .app: .app
            case .none: .none
            }
        request.environment = spec.env.merging(spec.processes[replica.process]?.env ?? [:]) { _, own in own }
        return request
    }

    private func release(at root: String) throws -> Release {
        if let known = releases.withLockedValue({ $0[root] }) { return known }
        let release = try Release.read(at: root)
        releases.withLockedValue { $0[root] = release }
        return release
    }
}

/// A BEAM under its keeper.
private struct ProcessReplica: RunningReplica {
    let slot: SlotDirectory
    let link: KeeperLink

    var states: AsyncStream<SlotState> { link.states }

    func stop(grace: Duration) { link.stop(grace: grace) }

    func kill() { link.kill() }
}
