import FleetModel

/// Every key of the manifest.
public enum ManifestTable {
    /// The keys at the top, in the order of the reference.
    public static let keys: [ManifestKey] =
        [
            ManifestKey(
                "app", .label(longest: DNSLabel.longestAppName),
                "The app's name. It stands in DNS names, node names and files: a-z, 0-9 and -, at most 40 characters. Required.",
                example: "hello"),
            build,
            ManifestKey(
                "release_command", .anything, "What runs once before each deploy, from the new release: migrations.",
                example: "eval \"Hello.Release.migrate()\"", later: "no command runs before a deploy yet"),
        ] + process(isShort: true) + [
            ManifestKey(
                "processes", .named(process(isShort: false)),
                "Roles of one release that scale apart and mesh together, by name. A plain app has one, web, and writes its keys at "
                    + "the top instead: replicas, http, ports.",
                fallback: "one process, web", isShownOff: true),
            cluster,
            ManifestKey(
                "env", .environment,
                "The environment of every process. A value is the text that stands there: 0123, yes and 1.10 stay as they are. "
                    + "PORT, and what joins nodes to a cluster, is set by beamctl alone.",
                fallback: "none", example: "\n  GREETING: Hello"),
            ManifestKey(
                "secrets", .anything, "The names of variables whose values are kept as secrets.", example: "[SECRET_KEY_BASE]",
                later: "there is no store of secrets yet; give the value in env"),
            shutdown, rollout,
            ManifestKey(
                "on",
                .choice([
                    ManifestShape.Choice("local"),
                    ManifestShape.Choice("kubernetes", later: "only the local platform is there yet"),
                ]), "The platform that the app runs on.", fallback: "local", example: "local"),
        ] + later

    private static let build = ManifestKey(
        "build",
        .keys([
            ManifestKey(
                "tool", .choice(ReleaseTool.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "What builds the release: mix, rebar3 or distillery.", fallback: "the one whose files the project has",
                example: "mix"),
            ManifestKey(
                "release", .name, "Which release, in a project that defines several.",
                fallback: "the only one, or the app's", example: "hello"),
            ManifestKey(
                "assets", .boolean, "Whether mix assets.deploy runs before the release is made.",
                fallback: "true when the project defines it", example: "false"),
        ]), "How the release is built.")

    private static let cluster = ManifestKey(
        "cluster",
        .keys([
            ManifestKey(
                "name", .anything, "Apps of one name mesh with each other.", fallback: "the app's name", example: "shop",
                later: "apps cannot share a cluster yet: each app is one"),
            ManifestKey(
                "discovery", .choice(ClusterSpec.Discovery.allCases.map { ManifestShape.Choice($0.rawValue) }),
                "Who connects the nodes. auto: a small agent that beamctl adds to its copy, beside what the app does itself. "
                    + "app: the app alone (dns_cluster, libcluster). none: no distribution, every node alone.",
                fallback: "auto", example: "auto"),
            ManifestKey(
                "node_name",
                .choice([
                    ManifestShape.Choice("ip"),
                    ManifestShape.Choice("hostname", later: "nodes are named by their address only"),
                ]), "What stands behind the @ of a node's name.", fallback: "ip", example: "ip"),
        ]), "Which nodes the app meshes with, and how.")

    private static let shutdown = ManifestKey(
        "shutdown",
        .keys([
            ManifestKey(
                "drain", .anything, "Seconds in which a replica finishes its requests before it is told to stop.",
                example: "20s", later: "nothing drains yet: a replica leaves DNS, then gets SIGTERM"),
            ManifestKey(
                "grace", .seconds(0...3600), "Seconds from SIGTERM to SIGKILL: 45, 45s or 2m, at most an hour.",
                fallback: "\(ShutdownSpec.defaultGraceSeconds)s", example: "45s"),
        ]), "How replicas are stopped.")

    private static let rollout = ManifestKey(
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
        ]), "How one revision takes over from another.")

    /// Keys that have a place in the manifest, but no code behind them yet.
    private static let later: [ManifestKey] = [
        ManifestKey(
            "environments", .anything, "Other settings by name, each a deployment of its own: staging, production.",
            example: "\n  staging:\n    replicas: 1", later: "there are no environments yet: one manifest, one deployment"),
        ManifestKey(
            "host", .anything, "The name under which the app is reached from outside.", example: "hello.example.com",
            later: "nothing routes by host name yet: replicas are reached at their own address and port"),
        ManifestKey(
            "image", .anything, "The container image, and where it is pushed to.", example: "registry.example.com/hello",
            later: "no images are built yet: replicas run as processes"),
        ManifestKey(
            "identity", .anything, "Whether replicas keep a number and a place of their own.", example: "stable",
            later: "replicas have no identity that outlives them yet"),
        ManifestKey(
            "kubernetes", .anything, "What only Kubernetes can do.", example: "{}",
            later: "only the local platform is there yet"),
    ]

    /// The keys of a process, which a plain app writes at the top.
    private static func process(isShort: Bool) -> [ManifestKey] {
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
        return keys + (isShort ? [] : [own]) + [
            ManifestKey(
                "resources", .anything, "How much memory and processor time a replica gets.", example: "{memory: 512Mi}",
                later: "nothing limits replicas yet"),
            ManifestKey(
                "command", .anything, "What is run instead of the release's start.", example: "start_iex",
                later: "replicas run the release's own start only"),
        ]
    }

    private static let http = ManifestKey(
        "http",
        .integerOrKeys([
            ManifestKey(
                "port", .integer(1...65535),
                "The port that PORT names where a replica has a network of its own. On the local "
                    + "platform every replica gets a PORT of its own, 20000 to 29999.",
                fallback: "\(HTTPSpec.defaultPort)", example: "4000"),
            ManifestKey(
                "health", .urlPath, "A path that answers 2xx or 3xx once the process is ready for traffic.",
                fallback: "no such check", example: "/health"),
        ]), "The HTTP side of the app, which listens on PORT. http: 4000 is short for the port alone.",
        fallback: "the app serves no HTTP")
}
