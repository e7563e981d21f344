import FleetModel

extension ManifestTable {
    static let cluster = ManifestKey(
        "cluster",
        .keys([
            ManifestKey(
                "name", .label(longest: DNSLabel.longestAppName),
                "The cluster's name. Apps of one namespace that give the same mesh with each other, and their nodes are named by it: "
                    + "NAME@127.88.0.11. An app that gives none is a cluster by itself, its nodes named by its release.",
                fallback: "the app's name", example: "shop"),
            ManifestKey(
                "discovery", .choice(ClusterSpec.Discovery.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "Who connects the nodes. auto: a small agent that beamctl adds to its copy, beside what the app does itself. "
                    + "app: the app alone (dns_cluster, libcluster). none: no distribution, every node alone.",
                fallback: "auto", example: "auto"),
            ManifestKey(
                "node_name",
                .choice(ClusterSpec.NodeName.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "What stands behind the @ of a node's name: its address, or a host name that resolves to it.", fallback: "ip",
                example: "ip"),
        ]), "Which nodes the app meshes with, and how.")

    static let shutdown = ManifestKey(
        "shutdown",
        .keys([
            ManifestKey(
                "drain", .seconds(0...3600),
                "Seconds in which a replica that gets no new requests may finish those it has; then its WebSockets are closed, then "
                    + "comes SIGTERM. It takes no longer than there are requests.",
                fallback: "\(ShutdownSpec.defaultDrainSeconds)s", example: "20s"),
            ManifestKey(
                "grace", .seconds(0...3600), "Seconds from SIGTERM to SIGKILL: 45, 45s or 2m, at most an hour.",
                fallback: "\(ShutdownSpec.defaultGraceSeconds)s", example: "45s"),
        ]), "How replicas are stopped.")

    static let rollout = ManifestKey(
        "rollout",
        .keys([
            ManifestKey(
                "max_surge", .amount,
                "How many replicas more than wanted may live during a deploy: a number, or a share "
                    + "(rounded up).", fallback: "1", example: "1"),
            ManifestKey(
                "max_unavailable", .amount,
                "How many of the wanted replicas may be missing during a deploy: a number, or a "
                    + "share (rounded down). Not 0 when max_surge is.", fallback: "0", example: "25%"),
        ]),
        "How one revision takes over from another; on Kubernetes, the strategy of the Deployments. Replicas with identity: stable are "
            + "replaced there one after another, whatever this says: no two may have one identity.")
}
