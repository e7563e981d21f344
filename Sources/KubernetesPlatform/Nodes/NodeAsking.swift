import ErlangDistribution
import FleetModel
import KubernetesClient
import NodeHealth

/// Asks the nodes in pods how they are, over connections that stay open from one question to the next.
actor NodeAsking {
    private let client: KubernetesClient
    private let cookie: Cookie
    private var probes: [String: NodeProbe] = [:]

    /// How long a connection may take: three hops, and a node that may be busy.
    private static let connectPatience = Duration.seconds(5)
    private static let patience = Duration.seconds(2)

    init(client: KubernetesClient, cookie: Cookie) {
        self.client = client
        self.cookie = cookie
    }

    /// What each node says, by its replica's name. Replicas without a process are not asked.
    func ask(_ replicas: [Replica]) async -> [String: Result<NodeReport, any Error>] {
        let (client, cookie, known) = (client, cookie, probes)
        let answers = await withTaskGroup(of: (String, NodeProbe?, Result<NodeReport, any Error>).self) { group in
            for replica in replicas where Self.hasNode(replica) {
                let probe = known[replica.name]
                group.addTask { await Self.ask(replica, probe, client, cookie) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var reports: [String: Result<NodeReport, any Error>] = [:]
        for (name, probe, result) in answers {
            probes[name] = probe
            reports[name] = result
        }
        return reports
    }

    private static func hasNode(_ replica: Replica) -> Bool {
        replica.node != nil && ![.pending, .backoff].contains(replica.phase) && !replica.phase.isLeaving
    }

    private static func ask(
        _ replica: Replica, _ known: NodeProbe?, _ client: KubernetesClient, _ cookie: Cookie
    ) async -> (String, NodeProbe?, Result<NodeReport, any Error>) {
        do {
            let probe = if let known { known } else { try await connect(replica, client, cookie) }
            return (replica.name, probe, .success(try await probe.report(timeout: patience)))
        } catch {
            if let known { await known.connection.close() }
            return (replica.name, nil, .failure(error))
        }
    }

    private static func connect(_ replica: Replica, _ client: KubernetesClient, _ cookie: Cookie) async throws -> NodeProbe {
        guard let peer = replica.node.flatMap({ PeerName($0) }) else {
            throw PlatformError(.failed, "'\(replica.node ?? "")' is no node's name")
        }
        let dialer = PortForwardDialer(client: client, pod: replica.name, namespace: replica.key.namespace)
        return NodeProbe(
            try await NodeConnection.connect(to: peer, through: dialer, cookie: cookie, timeout: connectPatience))
    }

    /// Ends every connection.
    func close() async {
        for probe in probes.values { await probe.connection.close() }
        probes = [:]
    }
}

extension MeshReport {
    /// Judges a mesh by what its nodes said.
    init(of replicas: [Replica], _ answers: [String: Result<NodeReport, any Error>]) {
        let members = replicas.filter { $0.node != nil && !$0.phase.isLeaving && $0.phase != .backoff && $0.phase != .pending }
        let reports = members.compactMap { try? answers[$0.name]?.get() }
        let silent = members.filter { (try? answers[$0.name]?.get()) == nil }.compactMap(\.node)
        self.init(judging: reports, silent: silent)
        let apps = members.compactMap { member in member.node.map { ($0, member.key.app) } }
        if Set(apps.map(\.1)).count > 1 { self.apps = Dictionary(apps) { first, _ in first } }
    }
}
