public import FleetModel

/// Variables that nobody but beamctl can set.
public enum ReservedVariables {
    /// Those that beamctl sets for every replica.
    public static let always: Set<String> = [
        "HOME", "PORT", "TMPDIR", "RELEASE_TMP", "RELEASE_VM_ARGS", "RELEASE_REMOTE_VM_ARGS", "RELEASE_MUTABLE_DIR",
        "RELX_OUT_FILE_PATH", "VMARGS_PATH", "ERL_EPMD_PORT", "ERL_DIST_PORT", "RELEASE_ROOT", "RELEASE_NAME", "RELEASE_VSN",
        "RELEASE_COMMAND", "RELEASE_PROG", "SYS_CONFIG_PATH", "RELX_CONFIG_PATH", "RELEASE_SYS_CONFIG", "RELEASE_CONFIG_DIR",
    ]

    /// Those that join a node to its cluster; free with `cluster.discovery: none`.
    public static let inClusters: Set<String> = ["RELEASE_NODE", "RELEASE_COOKIE", "RELEASE_DISTRIBUTION", "ERL_INETRC"]

    /// Every name that begins so is beamctl's.
    public static let prefix = "BEAMCTL_"

    /// Why a variable cannot be set, or nil when it can.
    ///
    /// - Parameters:
    ///   - name: The variable's name.
    ///   - discovery: Who connects the app's nodes.
    public static func problem(with name: String, discovery: ClusterSpec.Discovery) -> String? {
        if name == "PORT" { return "beamctl gives every replica a PORT of its own; leave it out" }
        if always.contains(name) || name.hasPrefix(prefix) { return "beamctl sets it itself; leave it out" }
        guard inClusters.contains(name), discovery != .none else { return nil }
        return "beamctl sets it to join the node to its cluster; leave it out, or set cluster.discovery to none"
    }
}
