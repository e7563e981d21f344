import ErlangDistribution
public import FleetModel
import KubernetesClient

extension ClusterPlatform {
    /// Asks every node of the app how it is, through the API server, and those of its cluster what they see.
    public func nodes(of key: AppKey) async throws -> NodesReport {
        try await translating {
            // All at once, whether or not each turns out to be needed: a command that asks is to be quick.
            async let maps = objects(
                .configMaps, StateNames.selector(nil, [.revision, .deployment]), in: key.namespace)
            async let cookies = objects(.secrets, StateNames.selector(nil, [.cookie]), in: key.namespace)
            async let pods = objects(.pods, StateNames.selector(nil), in: key.namespace)
            async let sets = objects(.replicaSets, StateNames.selector(nil), in: key.namespace)
            async let stateful = objects(.statefulSets, StateNames.selector(nil), in: key.namespace)
            let apps = KeptApp.read(try await maps)
            guard let app = apps.first(where: { $0.deployment.key == key }) else { throw Self.notFound(key) }
            let spec = try app.wanted().spec
            let observed = try await Observed(pods: pods, workloads: stateful, replicaSets: sets)
            let own = ClusterState(app, observed).status()?.replicas ?? []
            let neighbours = apps.filter { other in
                other.deployment.key != key && (try? other.wanted().spec.clusterName) == spec.clusterName
            }.flatMap { ClusterState($0, observed).status()?.replicas ?? [] }.filter { $0.phase == .ready }
            let known = try await cookies
            let asking = try asking(spec, among: known)
            let answers = await asking?.ask(own + neighbours) ?? [:]
            await asking?.close()
            return NodesReport(
                app: key.app,
                nodes: own.map { replica in
                    switch answers[replica.name] {
                    case .success(let report): NodeStatus(replica: replica, report: report, problem: nil)
                    case .failure(let error):
                        NodeStatus(replica: replica, report: nil, problem: "\(PlatformError.translating(error))")
                    case nil:
                        NodeStatus(
                            replica: replica, report: nil,
                            problem: replica.reason
                                ?? (spec.cluster.discovery == .none ? "no distribution" : replica.phase.rawValue))
                    }
                }, mesh: MeshReport(of: own + neighbours, answers))
        }
    }

    /// What asks the nodes of a cluster; nil when they have no distribution.
    func asking(_ spec: AppSpec, among cookies: [KubernetesObject]) throws -> NodeAsking? {
        guard spec.cluster.discovery != .none else { return nil }
        let name = StateNames.cookie(spec.clusterName)
        guard let text = cookies.first(where: { $0.name == name }).flatMap(KeptCookie.init)?.cookie, let cookie = Cookie(text)
        else {
            throw PlatformError(.failed, "the Secret '\(name)' holds no cookie", hint: "beamctl deploy makes one")
        }
        return NodeAsking(client: client, cookie: cookie)
    }
}
