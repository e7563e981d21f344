import FleetModel
import FleetStore
import HTTPEntrance
import Logging

/// All apps of one daemon: what is wanted, what there is, and the work that turns the second into the first.
///
/// Every change goes one way: it is decided here (this actor is never left between deciding and writing), written to the
/// store, then told: to whoever watches the app, to the name server, and to the planner, which may find more to do.
public actor Fleet {
    let store: FleetStore
    let processes: any ReplicaRuntime
    /// nil: there are none on this platform.
    let containers: (any ContainerPlatform)?
    let files: any FleetFiles
    let dialer: any NodeDialer
    let health: HealthCheck
    let entrance: any FleetEntrance
    let vault: SecretVault
    let world: FleetWorld
    let network: LoopbackNetwork
    let log: Logger

    var deployments: [AppKey: Deployment] = [:]
    var revisions: [AppKey: [Revision]] = [:]
    var replicas: [String: Replica] = [:]
    /// The BEAMs that run, by replica.
    var running: [String: any RunningReplica] = [:]
    /// Why nothing is heard of a BEAM that was started, by replica.
    var unheard: [String: String] = [:]
    /// Open connections into BEAMs, by replica.
    var sessions: [String: any NodeSession] = [:]
    /// What each BEAM last said, by replica.
    var reports: [String: NodeReport] = [:]
    /// By namespace and cluster.
    var cookies: [AppKey: String] = [:]
    /// What is set beside manifests; also for apps that were never deployed.
    var settings: [AppKey: Settings] = [:]
    /// Why an app cannot have the replicas that are wanted, where the reason is no replica's own.
    var problems: [AppKey: String] = [:]
    /// Apps whose deployment is not in the store as it is here.
    var unwritten: Set<AppKey> = []
    /// The images of apps that were destroyed.
    var forgottenImages: Set<String> = []
    var toldServices: [FleetService]?
    var toldRoutes = FleetNews<[Route]>(number: 0, state: [])
    private var newsNumber = 0
    /// Apps whose plan is being carried out, and those of them that need another look after it.
    var reconciling: Set<AppKey> = []
    var lookAgain: Set<AppKey> = []
    var watchers = Watchers()

    /// Work for ``run()``: each piece becomes a task of its own.
    let work: AsyncStream<Work>
    let workQueue: AsyncStream<Work>.Continuation
    /// The services as they now are; only the newest matter.
    nonisolated let services: AsyncStream<FleetNews<[FleetService]>>
    let servicesQueue: AsyncStream<FleetNews<[FleetService]>>.Continuation
    /// The routes as they now are; only the newest matter.
    nonisolated let routes: AsyncStream<FleetNews<[Route]>>
    let routesQueue: AsyncStream<FleetNews<[Route]>>.Continuation

    enum Work: Sendable {
        /// Start this replica's BEAM, and stay with it until it ends.
        case start(String)
        /// Stay with a BEAM that was found running.
        case keep(String, any RunningReplica)
        /// Have this replica's requests finished.
        case drain(String)
        /// Start this replica's BEAM when the moment has come, if it is still to be started then.
        case wake(String, Timestamp)
        /// See to it that this BEAM has ended by then, whatever has become of its keeper.
        case overdue(String, pid: Int32?, Timestamp)
    }

    init(
        store: FleetStore, runtime: any ReplicaRuntime & FleetFiles, containers: (any ContainerPlatform)? = nil,
        dialer: any NodeDialer, health: HealthCheck, entrance: any FleetEntrance,
        vault: SecretVault, network: LoopbackNetwork, world: FleetWorld, log: Logger
    ) {
        self.store = store
        processes = runtime
        files = runtime
        self.containers = containers
        self.dialer = dialer
        self.health = health
        self.entrance = entrance
        self.vault = vault
        self.network = network
        self.world = world
        self.log = log
        (work, workQueue) = AsyncStream.makeStream()
        (services, servicesQueue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (routes, routesQueue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Works until its task is cancelled. ``recover()`` comes before.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await piece in work {
                group.addTask { await self.perform(piece) }
            }
        }
    }

    private func perform(_ piece: Work) async {
        switch piece {
        case .start(let name): await startAndStay(name)
        case .keep(let name, let beam): await stay(with: beam, name)
        case .drain(let name): await finishRequests(of: name)
        case .wake(let name, let moment):
            do { try await Task.sleep(for: moment.since(world.now())) } catch { return }
            guard let replica = replicas[name], replica.phase == .backoff, replica.startsAgainAt == moment else { return }
            await startAndStay(name)
        case .overdue(let name, let pid, let moment):
            do { try await Task.sleep(for: moment.since(world.now())) } catch { return }
            endOverdue(name, pid: pid)
        }
    }

    /// The number of the next news.
    func nextNews() -> Int {
        newsNumber += 1
        return newsNumber
    }

    /// The replicas of an app, oldest first.
    func replicas(of key: AppKey) -> [Replica] {
        replicas.values.filter { $0.key == key }.sorted {
            // Containers have the same port; then by address, as numbers compare.
            let (one, other) = ($0.slot.address, $1.slot.address)
            return ($0.createdAt, $0.slot.port, one.utf8.count, one) < ($1.createdAt, $1.slot.port, other.utf8.count, other)
        }
    }

    func deployment(of key: AppKey) throws -> Deployment {
        guard let deployment = deployments[key], deployment.intent != .destroy else { throw noApp(key) }
        return deployment
    }

    func noApp(_ key: AppKey) -> PlatformError {
        .noApp(key, hint: key.namespace == AppKey.defaultNamespace ? "beamctl list" : "beamctl list -n \(key.namespace)")
    }

    func revision(_ number: Int, of key: AppKey) throws -> Revision {
        guard let revision = revisions[key]?.first(where: { $0.number == number }) else {
            throw PlatformError(.failed, "revision \(number) of '\(key.app)' is not in the state")
        }
        return revision
    }

    /// What runs the replicas of an app. Throws `invalid_request` for what this platform has not.
    func runtime(_ spec: AppSpec) throws -> any ReplicaRuntime {
        switch spec.runtime {
        case .process: return processes
        case .docker:
            guard let containers else {
                throw PlatformError(.invalidRequest, "'\(spec.app)' has runtime: docker, and this platform runs no containers")
            }
            return containers
        }
    }

    /// What runs a replica.
    func runtime(of replica: Replica) -> any ReplicaRuntime {
        spec(of: replica).flatMap { try? runtime($0) } ?? processes
    }

    func spec(of replica: Replica) -> AppSpec? {
        revisions[replica.key]?.first { $0.number == replica.revision }?.spec
    }

    /// Slots for new replicas of a process. Throws `no_room`, and why there are no containers.
    func slots(_ count: Int, for process: String, of spec: AppSpec) throws -> [Replica.Slot] {
        let inUse = Set(replicas.values.map(\.slot))
        guard spec.runtime == .docker else {
            return try SlotAllocator(network: network, isFree: world.isFree).allocate(count, inUse: inUse)
        }
        guard let bridge = containers?.network else {
            throw PlatformError(
                .invalidRequest, "nothing is ready for containers yet", hint: "beamctl deploy, which makes it ready")
        }
        // In a network of its own every replica has its port for itself.
        let port = spec.processes[process]?.http?.port ?? HTTPSpec.defaultPort
        return try SlotAllocator(network: bridge.replicas(port: port)) { _, _ in true }.allocate(count, inUse: inUse)
    }

    /// The cookie of the cluster that an app's nodes belong to.
    func cookie(of spec: AppSpec, in namespace: String) throws -> String {
        let cluster = AppKey(namespace: namespace, app: spec.clusterName)
        if let known = cookies[cluster] { return known }
        let cookie = try store.cookie(namespace: namespace, cluster: cluster.app, orElse: world.cookie())
        cookies[cluster] = cookie
        return cookie
    }
}
