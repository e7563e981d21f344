import ArgumentParser
import KubernetesPlatform

/// For verbs that render objects without asking a cluster.
struct ServerVersionOptions: ParsableArguments {
    @Option(
        name: .customLong("kubernetes-version"),
        help: ArgumentHelp(
            "What the cluster runs, such as 1.24: older ones get what they serve. (default: 1.27 or later)", valueName: "version")
    )
    var version: String?

    func validate() throws {
        if let version, minor == nil { throw ValidationError("'\(version)' is no version of Kubernetes such as 1.27") }
    }

    /// What such a cluster serves.
    var served: ServedVersions { minor.map(ServedVersions.init(minor:)) ?? .supported }

    /// The minor version that is named; nil when none is, or what is named is none.
    private var minor: Int? {
        version.flatMap { $0.wholeMatch(of: /v?1\.([0-9]{1,3})(\..*)?/) }.flatMap { Int($0.1) }
    }
}
