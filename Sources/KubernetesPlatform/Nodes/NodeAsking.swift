import ErlangDistribution
import FleetModel
import KubernetesClient
import NodeHealth

/// Asks the nodes in pods how they are, over connections that stay open from one question to the next.
actor NodeAsking {
    private let client: KubernetesClient
    private let cookie: Cookie
    private var probes: [String: Task<NodeProbe, any Error>] = [:]

    /// How long a connection may take: three hops, and a node that may be busy.
    private static let connectPatience = Duration.seconds(5)
    private static let patience = Duration.seconds(2)

    init(client: KubernetesClient, cookie: Cookie) {
        self.client = client
        self.cookie = cookie
    }

    /// What each node says, by its replica's name. Replicas without a process are not asked.
    nonisolated func ask(_ replicas: [Replica]) async -> [String: Result<NodeReport, any Error>] {
        await withTaskGroup(of: (String, Result<NodeReport, any Error>).self) { group in
            for replica in replicas where Self.hasNode(replica) {
                group.addTask { (replica.name, await self.ask(replica)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Connects to nodes that will be asked, and waits for none.
    func connect(_ replicas: [Replica]) {
        for replica in replicas where Self.hasNode(replica) { _ = probe(of: replica) }
    }

    private static func hasNode(_ replica: Replica) -> Bool {
        replica.node != nil && ![.pending, .backoff].contains(replica.phase) && !replica.phase.isLeaving
    }

    private func probe(of replica: Replica) -> Task<NodeProbe, any Error> {
        if let known = probes[replica.name] { return known }
        let (client, cookie) = (client, cookie)
        let new = Task { try await Self.connect(replica, client, cookie) }
        probes[replica.name] = new
        return new
    }

    private func ask(_ replica: Replica) async -> Result<NodeReport, any Error> {
        let task = probe(of: replica)
        do {
            return .success(try await task.value.report(timeout: Self.patience))
        } catch {
            if probes[replica.name] == task { probes[replica.name] = nil }
            if let probe = try? await task.value { await probe.connection.close() }
            return .failure(error)
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
        let all = probes.values
        probes = [:]
        for task in all {
            task.cancel()
            if let probe = try? await task.value { await probe.connection.close() }
        }
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
