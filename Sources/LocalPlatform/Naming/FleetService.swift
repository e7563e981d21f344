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
    /// wait for ever: `<app>` over the ready replicas of its HTTP process, for traffic; `<app>-peers` over every live one, for
    /// meshing. An app with several processes also has `<app>-<process>` for each.
    static func all(deployments: [AppKey: Deployment], revisions: [AppKey: [Revision]], replicas: [Replica]) -> [FleetService] {
        let byKey = Dictionary(grouping: replicas) { $0.key }
        return deployments.keys.sorted().flatMap { key -> [FleetService] in
            let members = (byKey[key] ?? []).sorted { $0.name < $1.name }
            let specs = Dictionary((revisions[key] ?? []).map { ($0.number, $0.spec) }) { _, last in last }
            return services(key, members, specs, current: deployments[key]?.revision ?? 0)
        }
    }

    private static func services(_ key: AppKey, _ replicas: [Replica], _ specs: [Int: AppSpec], current: Int) -> [FleetService] {
        func service(_ name: String, _ members: [Replica]) -> FleetService {
            FleetService(name: name, namespace: key.namespace, endpoints: members.map { endpoint($0, specs[$0.revision]) })
        }
        let ready = replicas.filter { $0.phase == .ready }
        let processes = specs[current]?.processes ?? [:]
        let serving = processes.filter { $0.value.http != nil }.keys
        let front = serving.isEmpty ? ready : ready.filter { serving.contains($0.process) }
        let each = processes.count > 1 ? processes.keys.sorted() : []
        return [service(key.app, front), service(key.app + "-peers", replicas.filter(isLive))]
            + each.map { process in service("\(key.app)-\(process)", ready.filter { $0.process == process }) }
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
