import FleetModel

/// A DNS name over some replicas, before it is made a record: pure, so that who is behind a name can be tested as a value.
struct FleetService: Hashable, Sendable {
    /// The first label.
    var name: String
    /// The second label.
    var namespace: String
    /// Who is behind it.
    var endpoints: [Endpoint]

    /// One replica behind a name.
    struct Endpoint: Hashable, Sendable {
        /// Its address.
        var address: String
        /// Its ports by name.
        var ports: [String: Int]
    }

    /// The services of all apps, in order.
    ///
    /// For each app two names, since a node that is only named when it is ready, and only ready when it is clustered, would
    /// wait for ever: `<app>` over the ready replicas of its HTTP process, for traffic; `<cluster>-peers` over every live one of
    /// its cluster, for meshing. An app with several processes also has `<app>-<process>` for each.
    static func all(deployments: [AppKey: Deployment], revisions: [AppKey: [Revision]], replicas: [Replica]) -> [FleetService] {
        let specs = revisions.mapValues { Dictionary($0.map { ($0.number, $0.spec) }) { _, last in last } }
        func spec(_ replica: Replica) -> AppSpec? { specs[replica.key]?[replica.revision] }
        let byKey = Dictionary(grouping: replicas.sorted { $0.name < $1.name }) { $0.key }
        let keys = deployments.keys.sorted()
        let traffic = keys.flatMap { key in
            fronts(key, byKey[key] ?? [], specs[key]?[deployments[key]?.revision ?? 0]) { spec($0) }
        }
        return (traffic + peers(keys, deployments, specs, replicas)).sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    }

    /// The names for traffic.
    private static func fronts(
        _ key: AppKey, _ replicas: [Replica], _ current: AppSpec?, _ spec: (Replica) -> AppSpec?
    ) -> [FleetService] {
        func service(_ name: String, _ members: [Replica]) -> FleetService {
            FleetService(name: name, namespace: key.namespace, endpoints: members.map { endpoint($0, spec($0)) })
        }
        let ready = replicas.filter { $0.phase == .ready }
        let processes = current?.processes ?? [:]
        let serving = processes.filter { $0.value.http != nil }.keys
        let front = serving.isEmpty ? ready : ready.filter { serving.contains($0.process) }
        let each = processes.count > 1 ? processes.keys.sorted() : []
        return [service(key.app, front)]
            + each.map { process in service("\(key.app)-\(process)", ready.filter { $0.process == process }) }
    }

    /// The names for meshing, one for each cluster; a replica belongs to that of its own revision.
    private static func peers(
        _ keys: [AppKey], _ deployments: [AppKey: Deployment], _ specs: [AppKey: [Int: AppSpec]], _ replicas: [Replica]
    ) -> [FleetService] {
        var members: [AppKey: [Endpoint]] = [:]
        for key in keys {
            let name = specs[key]?[deployments[key]?.revision ?? 0]?.clusterName ?? key.app
            members[AppKey(namespace: key.namespace, app: name)] = []
        }
        for replica in replicas.filter(isLive).sorted(by: { $0.name < $1.name }) {
            let spec = specs[replica.key]?[replica.revision]
            // Nobody answers at the address of a container before it runs, not even with a refusal.
            if spec?.runtime == .docker, replica.pid == nil { continue }
            let cluster = AppKey(namespace: replica.key.namespace, app: spec?.clusterName ?? replica.key.app)
            members[cluster, default: []].append(endpoint(replica, spec))
        }
        return members.sorted { $0.key < $1.key }.map { cluster, endpoints in
            FleetService(name: "\(cluster.app)-peers", namespace: cluster.namespace, endpoints: endpoints)
        }
    }

    /// Whether other nodes are to connect to it: from the moment it is to be started until it is told to end, or gave up.
    private static func isLive(_ replica: Replica) -> Bool {
        guard replica.node != nil else { return false }
        switch replica.phase {
        case .pending, .starting, .ready, .unready, .draining: return true
        case .backoff, .stopping: return false
        }
    }

    private static func endpoint(_ replica: Replica, _ spec: AppSpec?) -> Endpoint {
        let process = spec?.processes[replica.process]
        var ports = process?.ports ?? [:]
        if process?.http != nil { ports["http"] = replica.slot.port }
        if replica.node != nil { ports["dist"] = Distribution.port }
        return Endpoint(address: replica.slot.address, ports: ports)
    }
}
