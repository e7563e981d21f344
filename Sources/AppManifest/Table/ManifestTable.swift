import FleetModel

/// Every key of the manifest. Its parts stand in files of their own.
public enum ManifestTable {
    /// The keys at the top, in the order of the reference.
    public static let keys: [ManifestKey] =
        [
            ManifestKey(
                "app", .label(longest: DNSLabel.longestAppName),
                "The app's name. It stands in DNS names, host names and files: a-z, 0-9 and -, at most 40 characters. Required.",
                example: "hello"),
            build, release, config, image,
            ManifestKey(
                "release_command", .command(.once),
                "What runs once before each deploy, from the new release, before a replica is touched: migrations. A path inside the "
                    + "release, or a command of its start script, with arguments. When it fails, nothing is deployed.",
                fallback: "nothing", example: "eval \"Hello.Release.migrate()\""),
        ] + process(isShort: true) + [
            ManifestKey(
                "host", .hostNames,
                "The host name under which the app is reached from outside, or a list of them; the first is the one in the links that "
                    + "it writes (PHX_HOST). It is always reached as NAME.localhost on its own machine.",
                fallback: "NAME.localhost alone", example: "hello.example.com"),
            ManifestKey(
                "processes", .named(process(isShort: false), ManifestShape.Naming(example: "web", what: "a process")),
                "Roles of one release that scale apart and mesh together, by name. A plain app has one, web, and writes its keys at "
                    + "the top instead: \(ManifestRules.short.joined(separator: ", ")).",
                fallback: "one process, web", isShownOff: true),
            runtime, cluster, environment, secrets, secretsFrom, shutdown, rollout,
        ] + platform + [kubernetes, environments]
}
