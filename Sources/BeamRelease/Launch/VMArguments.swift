/// The arguments files of a replica: what the release's own say, with the flags of a cluster without EPMD.
struct VMArguments {
    /// For the node itself.
    var boot: String
    /// For `rpc` and `remote`, which run beside it.
    var remote: String
    /// For `eval`, where the release's own script has none that boots a VM: the node's own, without a place in the cluster.
    var evaluation: String

    /// The value of every `-setcookie` that a process shows. It opens nothing: see ``LaunchPlan``.
    static let decoy = "not-the-cookie"

    init(_ request: LaunchRequest, _ config: RenderedConfig) {
        let hasDistribution = request.discovery != .none
        boot = Self.joined([
            Self.title(request),
            "## Schedulers that wait sleep, and the port table does not follow an unlimited number of open files: the machine is",
            "## shared. The release's own flags come later and win.",
            "+sbwt none\n+sbwtdcpu none\n+sbwtdio none\n+Q 65536",
            request.schedulers.map { "## As many schedulers as processors are given.\n+S \($0):\($0)\n+SDcpu \($0):\($0)" } ?? "",
            "## The release's own.",
            config.vmArguments,
            hasDistribution ? Self.cluster(request) : "",
        ])
        remote = Self.joined([
            Self.title(request),
            "## The release's own.",
            config.remoteVMArguments,
            "## Reaches nodes as they reach each other, and listens nowhere itself.",
            Self.reach(request), "-dist_listen false", Self.secondCookie,
        ])
        evaluation = Self.joined([
            Self.title(request),
            config.vmArgumentsAreWhole ? ArgumentsText.without(Self.ours, in: config.vmArguments) : "",
            "## Meets nobody.",
            "-start_epmd false",
        ])
    }

    private static func title(_ request: LaunchRequest) -> String { "## Written by beamctl for \(request.replica)." }

    private static func joined(_ parts: [String]) -> String {
        parts.filter { !$0.isEmpty }.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined()
    }

    private static func reach(_ request: LaunchRequest) -> String {
        "-start_epmd false\n-erl_epmd_port \(request.distributionPort)"
    }

    private static let secondCookie = "-setcookie \(decoy)"

    private static func cluster(_ request: LaunchRequest) -> String {
        joined([
            "## A cluster without EPMD: one port for all, an address for each.",
            reach(request),
            "-kernel inet_dist_use_interface \(LaunchRequest.tuple(request.address))",
            request.release.tool == .mix ? mixIdentity : scriptIdentity(request),
            request.discovery == .auto ? "## Connects the nodes that DNS lists.\n-eval '\(PeerAgent.expression)'" : "",
        ])
    }

    /// mix gives the name and one cookie itself.
    private static let mixIdentity = """
        ## With the one that the start script gives, two: then the VM reads .erlang.cookie instead.
        \(secondCookie)
        """

    /// The scripts of relx and Distillery want the name here, at the beginning of a line, and give no cookie when they boot.
    private static func scriptIdentity(_ request: LaunchRequest) -> String { "-name \(request.node)" }

    /// Flags, or the first words of flags, that only a cluster's platform can set.
    static let ours: [[String]] = [
        ["-name"], ["-sname"], ["-setcookie"], ["-start_epmd"], ["-erl_epmd_port"], ["-epmd_module"],
        ["-proto_dist", "inet6_tcp"], ["-kernel", "inet_dist_use_interface"], ["-kernel", "inet_dist_listen_min"],
        ["-kernel", "inet_dist_listen_max"],
    ]
}
