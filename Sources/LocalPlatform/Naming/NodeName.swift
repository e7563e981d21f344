import FleetModel

/// The Erlang name of a replica's node.
enum NodeName {
    /// The domain of every service (Kubernetes DNS specification, 2.2).
    static let domain = "svc.cluster.local"

    /// The name that a node of this revision has in this slot; nil without distribution. Behind the `@` stands the address or,
    /// with `cluster.node_name: hostname`, the host name that DNS gives the address in the service of the peers: the target of its
    /// SRV record.
    static func make(_ revision: Revision, _ key: AppKey, _ slot: Replica.Slot) -> String? {
        let cluster = revision.spec.cluster
        guard cluster.discovery != .none else { return nil }
        let host =
            switch cluster.nodeName {
            case .ip: slot.address
            case .hostname: "\(slot.address.replacing(".", with: "-")).\(peers(of: revision.spec, in: key.namespace))"
            }
        // Who looks for peers looks for nodes of its own first part, as dns_cluster does: one for all apps of a shared cluster.
        return "\(base(of: revision))@\(host)"
    }

    /// What stands before the `@`.
    static func base(of revision: Revision) -> String { revision.spec.cluster.name ?? revision.release.description.name }

    /// The DNS name that lists every live replica of an app's cluster.
    static func peers(of spec: AppSpec, in namespace: String) -> String { "\(spec.clusterName)-peers.\(namespace).\(domain)" }
}
