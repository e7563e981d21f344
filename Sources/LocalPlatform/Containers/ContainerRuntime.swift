import BeamRelease
import DockerClient
import FleetModel
import FleetStore
import FoundationEssentials
import Glibc

/// Replicas as containers of a Docker Engine.
///
/// A container is made for each start, with a name that the Engine gives once, and removed when it has ended and all that it left is
/// here. The Engine starts nothing again by itself: that is the fleet's to decide.
struct ContainerRuntime: ContainerPlatform, SlotKeeping {
    let home: Home
    let engine: DockerEngine
    let names: ContainerNames
    let bridge: ContainerBridge
    let launches: ReplicaLaunches
    let calls: ContainerCalls
    /// What `DOCKER_HOST` said when the daemon started.
    private let named: String?

    init(
        home: Home, engine: DockerEngine, store: FleetStore, server: BridgeNameServer, settings: ContainerSettings,
        launches: ReplicaLaunches
    ) {
        self.home = home
        self.engine = engine
        self.launches = launches
        named = settings.host.flatMap { $0.isEmpty ? nil : $0 }
        names = ContainerNames(home: home)
        bridge = ContainerBridge(engine: engine, names: names, store: store, server: server, wanted: settings.network)
        calls = ContainerCalls(program: settings.program, engine: engine.host, home: home)
    }

    var network: BridgeNetwork? { bridge.network }
    var expectedNetwork: BridgeNetwork? { bridge.expected }

    func start(_ replica: Replica, of revision: Revision, _ inputs: ReplicaInputs) throws -> any RunningReplica {
        let slot = SlotDirectory(home: home, replica: replica)
        let image = try image(of: revision)
        let plan = try LaunchPlan(try request(replica, revision, inputs))
        try slot.makeFolder()
        try collectCrash(of: replica)
        slot.forgetState()
        let name = names.container(replica)
        let resources = revision.spec.processes[replica.process]?.resources
        var spec = ContainerSpec(
            image: image, entrypoint: ["/bin/sh", "\(ContainerFiles.folder)/\(LaunchScript.path)"],
            command: [plan.executable] + plan.arguments, directory: ContainerFiles.folder, labels: names.labels(replica),
            network: names.network, address: replica.slot.address, volume: ContainerFiles.folder)
        spec.memoryBytes = resources?.memoryBytes
        spec.cpuMillis = resources?.cpuMillis
        let wanted = spec
        return ContainerReplica(
            life(of: replica, memoryBytes: resources?.memoryBytes) {
                // An earlier daemon may have started it and been killed before it could write that down: then it runs, once.
                if let there = try await engine.container(name) {
                    if there.state.isRunning { return }
                    try await engine.remove(name)
                }
                _ = try await bridge.ensure()
                try await make(name, wanted, plan)
            })
    }

    private func life(
        of replica: Replica, memoryBytes: Int?, launch: (@Sendable () async throws -> Void)? = nil
    ) -> ContainerLife {
        ContainerLife(
            engine: engine, name: names.container(replica), slot: SlotDirectory(home: home, replica: replica), launch: launch,
            memoryBytes: memoryBytes)
    }

    /// Creates a container, puts a plan's files into it, and starts it.
    private func make(_ name: String, _ spec: ContainerSpec, _ plan: LaunchPlan) async throws {
        let user = try await user(of: spec.image)
        try await engine.create(name, spec)
        try await engine.put(ContainerFiles.archive(plan, for: user), into: ContainerFiles.folder, of: name)
        try await engine.start(name)
    }

    private func user(of image: String) async throws -> ContainerFiles.User {
        do {
            let text = try await engine.image(image).user
            guard let user = ContainerFiles.User(text) else {
                throw LocalPlatformError("the image \(image) runs as '\(text)', and only numbers can be given files of their own")
            }
            return user
        } catch let error as DockerError where error.code == .notFound {
            throw LocalPlatformError(
                "the Engine has no image \(image) any more", hint: "beamctl deploy again, which puts it there")
        }
    }

    private func image(of revision: Revision) throws -> String {
        guard let image = revision.release.image else {
            throw LocalPlatformError("there is no image of its release", hint: "beamctl deploy again, which makes one")
        }
        return image
    }

    func find(_ replica: Replica) async -> FoundReplica {
        let slot = SlotDirectory(home: home, replica: replica)
        let name = names.container(replica)
        func adopted(pid: Int32?) -> FoundReplica { .running(ContainerReplica(life(of: replica, memoryBytes: nil)), pid: pid) }
        do {
            try await engine.ping(within: Self.patience)
            guard let facts = try await engine.container(name) else { return left(slot) }
            if facts.state.status == "created" {
                try await engine.remove(name)
                return .absent
            }
            return adopted(pid: facts.state.isRunning ? facts.state.pid : nil)
        } catch {
            // The Engine does not answer. What had been started is waited for; the rest is what the folder says.
            let wasStarted = ![.pending, .backoff].contains(replica.phase)
            return wasStarted ? adopted(pid: nil) : left(slot)
        }
    }

    /// What a replica without a container has left in its folder.
    private func left(_ slot: SlotDirectory) -> FoundReplica {
        switch slot.state() {
        case nil: .absent
        case .ended(let exit): .ended(exit)
        case .starting, .running, .failed: .ended(nil)
        }
    }

    func call(_ command: OneOff, beside replica: Replica, of revision: Revision, _ inputs: ReplicaInputs) throws -> ProgramCall {
        guard [.starting, .ready, .unready, .draining].contains(replica.phase) else {
            throw PlatformError(
                .replicaNotFound, "no container of '\(replica.key.app)' runs: \(replica.name) is \(replica.phase.rawValue)",
                hint: "beamctl status \(replica.key.app)")
        }
        let request = try request(replica, revision, inputs)
        return calls.call(
            try LaunchPlan.oneOff(command.request, in: request), in: try LaunchPlan(request), container: names.container(replica))
    }

    func request(_ replica: Replica, _ revision: Revision, _ inputs: ReplicaInputs) throws -> LaunchRequest {
        guard let network else {
            throw LocalPlatformError("nothing is ready for containers yet", hint: "beamctl deploy again, which makes it ready")
        }
        var request = try launches.request(
            replica, revision, inputs,
            at: ReplicaLaunches.Place(
                root: ContainerFiles.release, directory: ContainerFiles.folder, nameServer: network.gateway))
        request.crashDump = ContainerFiles.crashDump
        return request
    }
}

// MARK: Ready, tried, tidied

extension ContainerRuntime {
    func prepare() async throws -> ImageIntake {
        do {
            if let named, try DockerHost(named) != engine.host {
                throw LocalPlatformError(
                    "DOCKER_HOST is \(named), and this home has its containers at \(engine.host)",
                    hint: "unset DOCKER_HOST, or beamctl destroy the apps that have containers there; then beamctl daemon stop")
            }
            let facts = try await engine.facts()
            _ = try await bridge.ensure()
            return ImageIntake(
                engine: engine.host.description, repository: names.images, machine: "\(facts.os)/\(facts.architecture)")
        } catch let error as DockerError {
            throw PlatformError(.invalidRequest, error.reason, hint: error.next)
        } catch let error as LocalPlatformError {
            throw PlatformError(.invalidRequest, error.description, hint: error.hint)
        }
    }

    func resume() async { await bridge.resume() }

    /// What answers without looking answers within less.
    private static let patience = Duration.seconds(3)

    func silence() async -> String? {
        do {
            try await engine.ping(within: Self.patience)
            return nil
        } catch is CancellationError {
            return nil
        } catch {
            return "\(error)"
        }
    }

    func tidy(removing images: Set<String>, all: Bool) async {
        guard await silence() == nil else { return }
        // What cannot be removed now is tried again the next time.
        await removeTrials(olderThan: all ? 0 : 24 * 3600)
        let present = (try? await engine.imageNames(like: "\(names.images)/*")) ?? []
        for image in present where all || images.contains(image) { try? await engine.removeImage(image) }
        if all { try? await bridge.remove() }
    }

    func endTrials() async {
        guard await silence() == nil else { return }
        await removeTrials(olderThan: 0)
    }

    /// Removes the containers of trials and of commands that run once, with what runs in them.
    private func removeTrials(olderThan age: Int) async {
        let trials = (try? await engine.containers(labelled: names.labels)) ?? []
        for trial in trials where trial.labels[ContainerNames.trialLabel] != nil && time(nil) - trial.created >= age {
            try? await engine.remove(trial.id)
        }
    }

    /// How long a container waits for the programs of a trial before it ends by itself.
    private static let trialSeconds = 24 * 3600

    func preflight(
        _ replicas: [(Replica, ReplicaInputs)], of revision: Revision, onlyReads: Bool
    ) async throws -> Preflight {
        let folder = replicas.first?.0.name ?? "none"
        let path = "\(home.preflights)/\(folder)"
        do {
            _ = try await bridge.ensure()
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            var preflight = Preflight(boots: [:], reads: nil, secretValues: [], directory: path)
            for (replica, inputs) in replicas.prefix(onlyReads ? 1 : replicas.count) {
                try await add(replica, inputs, to: &preflight, folder, revision, onlyReads: onlyReads)
            }
            return preflight
        } catch {
            // Also for who has gone meanwhile: a task that is cancelled asks the Engine nothing.
            await Task { try? await removeTrial(folder) }.value
            try? FileManager.default.removeItem(atPath: path)
            guard let error = error as? DockerError else { throw error }
            throw PlatformError(.failed, error.reason, hint: error.next)
        }
    }

    /// A container in which nothing runs yet, with what a replica would get.
    private func add(
        _ replica: Replica, _ inputs: ReplicaInputs, to preflight: inout Preflight, _ folder: String, _ revision: Revision,
        onlyReads: Bool
    ) async throws {
        let name = names.trial(folder, replica.process)
        let image = try image(of: revision)
        let user = try await user(of: image)
        var spec = ContainerSpec(
            image: image, entrypoint: ["/bin/sh", "-c", "exec sleep \(Self.trialSeconds)"], directory: ContainerFiles.folder,
            labels: names.labels(trial: folder), network: names.network, volume: ContainerFiles.folder)
        let resources = revision.spec.processes[replica.process]?.resources
        (spec.memoryBytes, spec.cpuMillis) = (resources?.memoryBytes, resources?.cpuMillis)
        try await engine.create(name, spec)
        try await engine.start(name)
        guard let address = try await engine.container(name)?.networks[names.network]?.address, !address.isEmpty else {
            throw LocalPlatformError("the container \(name) ended before anything was tried in it")
        }
        var placed = replica
        placed.slot = Replica.Slot(
            address: address, port: revision.spec.processes[replica.process]?.http?.port ?? HTTPSpec.defaultPort)
        placed.node = NodeName.make(revision, replica.key, placed.slot)
        let trial = ConfigTrial(try request(placed, revision, inputs))
        let plan = try onlyReads ? trial.readerPlan() : trial.plan()
        try await engine.put(ContainerFiles.archive(plan, for: user), into: ContainerFiles.folder, of: name)
        try trial.add(to: &preflight, placed, of: revision.spec, inputs, onlyReads: onlyReads) {
            calls.call($0, in: plan, container: name)
        }
    }

    func discard(preflight directory: String) async throws {
        // All that a trial in a container has lies there; one of a process has files here.
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: directory), files.isEmpty else { return }
        try await removeTrial(directory.split(separator: "/").last.map(String.init) ?? "")
    }

    private func removeTrial(_ folder: String) async throws {
        guard !folder.isEmpty, network != nil else { return }
        for container in try await engine.containers(labelled: names.labels(trial: folder)) {
            try await engine.remove(container.id)
        }
    }
}
