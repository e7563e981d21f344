import FleetModel

extension ManifestTable {
    static let platform = [
        ManifestKey(
            "on", .choice(PlatformSpec.Kind.allCases.map { ManifestShape.Choice($0.rawValue) }),
            "The platform that the app runs on. local: this machine, or the one that --on names. kubernetes: a cluster. What only one "
                + "of them can do is kept in the manifest for it, and does nothing on the other.", fallback: "local",
            example: "local"),
        ManifestKey(
            "context", .word("the name of a context in the kubeconfig"), "The context of the kubeconfig, on Kubernetes.",
            fallback: "the one that is current there", example: "production"),
        ManifestKey(
            "namespace", .objectName, "The namespace in the cluster, on Kubernetes. -n wins over it.",
            fallback: AppKey.defaultNamespace, example: "shop"),
    ]

    static let secretsFrom = ManifestKey(
        "secrets_from", .objectNames,
        "The names of Secrets that are in the cluster already: every key of them becomes a variable, on Kubernetes. They win over env, "
            + "a later one over those before it, and the app's own secrets over all of them.", fallback: "none",
        example: "[shop-database]")

    static let kubernetes = ManifestKey(
        "kubernetes",
        .keys([
            ManifestKey(
                "service_account", .objectName, "The ServiceAccount that the pods run as. It has to be there.",
                fallback: "with rbac one of the app's own, else the namespace's default", example: "shop"),
            ManifestKey(
                "rbac", .boolean,
                "Whether the pods may read what libcluster's Kubernetes strategies ask the API server for: pods, endpoints and "
                    + "endpoint slices of their namespace.", fallback: "false", example: "true"),
            ingress,
            ManifestKey(
                "node_selector", .kubernetesLabels, "Labels that a machine must have for the pods to run there.",
                fallback: "none",
                example: "\n  disk: ssd"),
            tolerations,
            ManifestKey(
                "labels", .kubernetesLabels, "Labels of every object and pod, beside beamctl's own.", fallback: "none",
                example: "\n  team: checkout"),
            ManifestKey(
                "annotations", .annotations, "Annotations of every object and pod, beside beamctl's own.", fallback: "none",
                example: "\n  example.com/owner: checkout"),
            ManifestKey(
                "ip_family", .choice(KubernetesSpec.IPFamily.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "The addresses of Services and nodes. ipv6: IPv6 alone, nodes speak -proto_dist inet6_tcp. dual: Services have both "
                    + "where the cluster has.", fallback: "what the cluster gives", example: "ipv4"),
            ManifestKey(
                "cluster_domain", .word("a domain such as cluster.local"), "The domain of the cluster's DNS.",
                fallback: KubernetesSpec.defaultClusterDomain, example: "cluster.local"),
            ManifestKey(
                "patches", .patches,
                "Changes to whatever is rendered, as strategic merge patches: an object with its kind, and its metadata.name where not "
                    + "all of that kind are meant. Containers, env, volumes and ports are merged by their names; null takes a key "
                    + "away, $patch: delete an element of a list, $patch: replace stops merging.",
                fallback: "none",
                example: """

                      - kind: StatefulSet
                        spec:
                          template:
                            spec:
                              priorityClassName: high
                    """),
        ]), "What only Kubernetes can do. It does nothing on other platforms.")

    private static let ingress = ManifestKey(
        "ingress",
        .keys([
            ManifestKey("class", .objectName, "The IngressClass.", fallback: "the cluster's default", example: "nginx"),
            ManifestKey(
                "tls", .objectName, "The Secret that holds the certificate for every host.", fallback: "HTTP alone",
                example: "shop-tls"),
            ManifestKey(
                "annotations", .annotations, "Annotations that the class's controller reads.", fallback: "none",
                example: "\n  cert-manager.io/cluster-issuer: letsencrypt"),
        ]), "How the hosts are reached from outside. There is an Ingress where host is given.")

    private static let tolerations = ManifestKey(
        "tolerations",
        .each([
            ManifestKey("key", .word("the key of a taint"), "The taint's key.", fallback: "every taint", example: "dedicated"),
            ManifestKey(
                "operator", .choice(TolerationSpec.Comparison.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "How its value is compared.", fallback: "Equal where value is given, else Exists", example: "Equal"),
            ManifestKey("value", .word("the value of a taint"), "Its value.", example: "beam"),
            ManifestKey(
                "effect", .choice(TolerationSpec.Effect.allCases.map { ManifestShape.Choice($0.rawValue) }), "What it does.",
                fallback: "every effect", example: "NoSchedule"),
            ManifestKey(
                "seconds", .seconds(0...86_400), "For how long NoExecute is tolerated.", fallback: "for ever", example: "60"),
        ]), "Taints that the pods tolerate.", fallback: "none",
        example: "\n  - key: dedicated\n    value: beam\n    effect: NoSchedule")
}
