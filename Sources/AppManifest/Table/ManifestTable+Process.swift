import FleetModel

extension ManifestTable {
    /// The keys of a process, which a plain app writes at the top.
    static func process(isShort: Bool) -> [ManifestKey] {
        let keys = [
            ManifestKey(
                "replicas", .integer(0...ProcessSpec.mostReplicas), "How many nodes run, 0 to \(ProcessSpec.mostReplicas).",
                fallback: "1", example: "3"),
            http,
            ManifestKey(
                "ports", .ports, "Other ports that the app listens on, by name; DNS announces them as SRV records.",
                fallback: "none", example: "\n  metrics: 9568"),
        ]
        let own = ManifestKey(
            "env", .environment, "Environment of this process alone; wins over the app's.", fallback: "none",
            example: "\n  ROLE: web")
        return keys + (isShort ? [] : [own]) + [resources, command, autoscale, identity, volumes]
    }

    private static let http = ManifestKey(
        "http",
        .integerOrKeys([
            ManifestKey(
                "port", .integer(1...65535),
                "The port that PORT names where a replica has a network of its own, as containers have. Replicas that are processes "
                    + "get a PORT of their own each, 20000 to 29999.",
                fallback: "\(HTTPSpec.defaultPort)", example: "4000"),
            ManifestKey(
                "health", .urlPath, "A path that answers 2xx or 3xx once the process is ready for traffic.",
                fallback: "no such check", example: "/health"),
            ManifestKey(
                "path", .urlPath,
                "What the paths of its requests begin with: with /api, /api and all below. The longest of an app's paths wins.",
                fallback: "/", example: "/"),
            ManifestKey(
                "max_body", .bytes(1024...16 << 40, "1Ki to 16Ti"),
                "How large the body of a request may be, as Kubernetes writes bytes: 64Mi or 2Gi; 1Ki to 16Ti.", fallback: "1Gi",
                example: "64Mi"),
            ManifestKey(
                "force_https", .boolean,
                "Whether a request that comes in clear is sent on to HTTPS, where the entrance has a certificate for its host.",
                fallback: "false", example: "true"),
        ]), "The HTTP side of the app, which listens on PORT. http: 4000 is short for the port alone.",
        fallback: "the app serves no HTTP")

    private static let resources = ManifestKey(
        "resources",
        .someKeys([
            ManifestKey(
                "cpu", .cpu, "Cores, as Kubernetes writes them: 2, 0.5 or 500m; 10m to 1024.", fallback: "all that there are",
                example: "0.5"),
            ManifestKey(
                "memory", .bytes(ResourceSpec.memoryRange, "32Mi to 16Ti"),
                "Bytes, as Kubernetes writes them: 512Mi, 1Gi or 500M; 32Mi to 16Ti.",
                fallback: "all that there are", example: "512Mi"),
        ]), "How much processor time and memory a replica gets at most.", fallback: "no limits")

    private static let command = ManifestKey(
        "command", .command(.replica),
        "What is run instead of the release's start: a path inside the release such as bin/server, or a command of its start "
            + "script (\(CommandRules.commands.joined(separator: ", "))), with arguments. A text is split into words as a shell "
            + "does with its quotes, and nothing else that a shell does happens; a list gives the words themselves.",
        fallback: "the release's own start", example: "bin/server", isShownOff: true)

    private static let autoscale = ManifestKey(
        "autoscale",
        .someKeys([
            ManifestKey(
                "min", .integer(1...ProcessSpec.mostReplicas), "The fewest replicas.", fallback: "replicas, or 1", example: "2"),
            ManifestKey("max", .integer(1...ProcessSpec.mostReplicas), "The most replicas. Required.", example: "10"),
            ManifestKey(
                "cpu", .integer(1...100),
                "How much of resources.cpu the replicas use on average, in percent, before there are more of them.",
                fallback: "\(AutoscaleSpec.defaultCPUPercent)", example: "70"),
        ]),
        "How many replicas there are by how busy they are, on Kubernetes: a HorizontalPodAutoscaler decides, and a deploy leaves the "
            + "number alone. On a machine of your own there are as many as replicas says, or else min. Needs resources.cpu.",
        fallback: "replicas says how many")

    private static let identity = ManifestKey(
        "identity", .choice(Identity.allCases.map { ManifestShape.Choice($0.rawValue) }),
        "What a replica keeps when it is replaced. stable: its number, the name of its node (hello@hello-0.hello-peers…) and its "
            + "volumes, for Mnesia and DETS, on Kubernetes (a StatefulSet). none: nothing.", fallback: "none", example: "stable")

    private static let volumes = ManifestKey(
        "volumes",
        .named(
            [
                ManifestKey(
                    "path", .word("an absolute path such as /data"), "Where it is mounted. Required.", example: "/data"),
                ManifestKey(
                    "size", .bytes(VolumeSpec.sizeRange, "1Mi to 1024Ti"), "How large it is. Required.", example: "10Gi"),
                ManifestKey(
                    "storage_class", .objectName, "The StorageClass that makes it.", fallback: "the cluster's default",
                    example: "fast"),
            ], ManifestShape.Naming(example: "data", what: "a volume")),
        "Volumes that belong to one replica and outlive it, by name, with identity: stable, on Kubernetes. They are kept when the app "
            + "is destroyed.", fallback: "none")
}
