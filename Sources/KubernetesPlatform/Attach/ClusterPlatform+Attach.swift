public import FleetModel
import JSONText
import KubernetesClient

/// What a VM of this machine needs to join a cluster's nodes, but the ways to them.
public struct ClusterEntry: Sendable {
    /// The cluster's cookie.
    public var cookie: String
    /// The name of the cluster.
    let cluster: String
    /// How the nodes of each app are named, by the app's name.
    let naming: [String: NodeNaming]
}

extension ClusterPlatform {
    /// What joining the cluster of an app needs. Throws `app_not_found`, and `invalid_request` for an app whose nodes stand alone.
    public func entry(to key: AppKey) async throws -> ClusterEntry {
        try await translating {
            async let maps = objects(.configMaps, StateNames.selector(nil, [.revision, .deployment]), in: key.namespace)
            async let secrets = objects(.secrets, StateNames.selector(nil, [.cookie]), in: key.namespace)
            let apps = KeptApp.read(try await maps)
            guard let app = apps.first(where: { $0.deployment.key == key }) else { throw Self.notFound(key) }
            let spec = try app.wanted().spec
            guard spec.cluster.discovery != .none else {
                throw PlatformError(
                    .invalidRequest,
                    "the nodes of '\(key.app)' stand alone: cluster.discovery is none, so no other node can join them",
                    hint: "set cluster.discovery to auto or app, then beamctl deploy")
            }
            let name = StateNames.cookie(spec.clusterName)
            guard let cookie = try await secrets.first(where: { $0.name == name }).flatMap(KeptCookie.init) else {
                throw PlatformError(.failed, "the Secret '\(name)' holds no cookie", hint: "beamctl deploy makes one")
            }
            var naming: [String: NodeNaming] = [:]
            for app in apps {
                guard let revision = try? app.wanted(), revision.spec.clusterName == spec.clusterName else { continue }
                naming[app.deployment.key.app] = NodeNaming(
                    revision.spec, release: revision.release.description.name, namespace: key.namespace)
            }
            return ClusterEntry(cookie: cookie.cookie, cluster: spec.clusterName, naming: naming)
        }
    }

    /// Holds a port of this machine's loopback open for each node that runs in the cluster, until the task is cancelled, and tells them, by
    /// the nodes' names: once at the beginning, and after each change.
    ///
    /// Any program of this machine reaches those ports, as it does a pod's in the cluster; the nodes still ask for the cookie.
    public func forward(
        to entry: ClusterEntry, in namespace: String, _ tell: @escaping @Sendable ([String: Int]) async throws -> Void
    ) async throws {
        try await translating {
            var (pods, forwarders): ([String: KubernetesObject], [String: Forwarder]) = ([:], [:])
            defer { forwarders.values.forEach { $0.close() } }
            let selector = Selector(labels: "\(StateNames.selector(nil)),\(ObjectNames.clusterLabel)=\(entry.cluster)")
            var told: [String: Int]?
            for try await event in client.watch(.pods, selector, in: namespace) {
                switch event {
                case .all(let all):
                    pods = Dictionary(all.map { KubernetesObject(json: $0) }.map { ($0.name, $0) }) { $1 }
                case .added(let one), .modified(let one):
                    let pod = KubernetesObject(json: one)
                    pods[pod.name] = pod
                case .deleted(let one): pods[KubernetesObject(json: one).name] = nil
                default: continue
                }
                let nodes = entry.nodes(in: Array(pods.values))
                for (pod, forwarder) in forwarders where nodes[pod] == nil {
                    forwarder.close()
                    forwarders[pod] = nil
                }
                for pod in nodes.keys where forwarders[pod] == nil {
                    forwarders[pod] = try await Forwarder(to: pod, in: namespace, through: client)
                }
                let ports = Dictionary(
                    nodes.compactMap { pod, node in forwarders[pod].map { (node, $0.port) } }
                ) { first, _ in first }
                guard ports != told else { continue }
                told = ports
                try await tell(ports)
            }
            try Task.checkCancellation()
        }
    }
}

extension ClusterEntry {
    /// The names of the nodes that run, by their pods.
    func nodes(in pods: [KubernetesObject]) -> [String: String] {
        var nodes: [String: String] = [:]
        for pod in pods where pod.isReplica {
            let reading = PodReading(pod, app: pod.key?.app ?? "")
            guard reading.isRunning, !reading.isLeaving, let app = pod.key?.app else { continue }
            nodes[pod.name] = naming[app]?.node(pod: pod.name, address: reading.address, process: reading.process)
        }
        return nodes
    }
}
