import FleetModel

/// The Erlang names of an app's nodes, as pods are given them.
struct NodeNaming {
    private let spec: AppSpec
    private let base: String
    private let peers: String

    init(_ spec: AppSpec, release: String, namespace: String) {
        self.spec = spec
        base = spec.cluster.name ?? release
        peers = ObjectNames(spec).peersHost(in: namespace)
    }

    /// The node in a pod; nil without distribution, or while the pod has no address that its name needs.
    func node(pod: String, address: String?, process: String) -> String? {
        guard spec.cluster.discovery != .none else { return nil }
        if spec.processes[process]?.identity == .stable { return "\(base)@\(pod).\(peers)" }
        guard let address, !address.isEmpty else { return nil }
        guard usesHostNames else { return "\(base)@\(address)" }
        return "\(base)@\(address.replacing(".", with: "-").replacing(":", with: "-")).\(peers)"
    }

    private var usesHostNames: Bool {
        spec.cluster.nodeName == .hostname || spec.processes.values.contains { $0.identity == .stable }
    }
}
