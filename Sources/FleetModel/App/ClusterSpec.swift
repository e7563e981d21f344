/// Which nodes an app meshes with.
public struct ClusterSpec: Hashable, Codable, Sendable {
    /// Who connects the nodes.
    public enum Discovery: String, Hashable, Codable, Sendable, CaseIterable {
        /// A small peer agent connects every node that the headless service names, beside whatever the app does itself.
        case auto
        /// The app does it (dns_cluster, libcluster); it is given the names and the environment.
        case app
        /// Nobody: no distribution is set up, each node stands alone.
        case none
    }

    /// Who connects the nodes.
    public var discovery: Discovery

    /// Makes a description; `auto` unless told otherwise.
    public init(discovery: Discovery = .auto) {
        self.discovery = discovery
    }
}

/// How replicas are stopped.
public struct ShutdownSpec: Hashable, Codable, Sendable {
    /// Seconds between SIGTERM and SIGKILL.
    public var graceSeconds: Int

    /// Kubernetes' own default.
    public static let defaultGraceSeconds = 30

    /// Makes a description.
    public init(graceSeconds: Int = ShutdownSpec.defaultGraceSeconds) {
        self.graceSeconds = graceSeconds
    }
}
