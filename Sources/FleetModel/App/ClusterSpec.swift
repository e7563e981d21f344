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

    /// What stands behind the `@` of a node's name.
    public enum NodeName: String, Hashable, Codable, Sendable, CaseIterable {
        /// The replica's address.
        case ip
        /// A name that DNS resolves to the replica's address.
        case hostname
    }

    /// Its name, a DNS label: apps of one namespace with the same mesh with each other. nil: the app's own.
    public var name: String?
    /// Who connects the nodes.
    public var discovery: Discovery
    /// What stands behind the `@` of a node's name.
    public var nodeName: NodeName

    /// Makes a description; `auto`, with addresses in the names, unless told otherwise.
    public init(discovery: Discovery = .auto, nodeName: NodeName = .ip, name: String? = nil) {
        self.name = name
        self.discovery = discovery
        self.nodeName = nodeName
    }

    enum CodingKeys: String, CodingKey {
        case discovery, nodeName, name
    }
}

/// How replicas are stopped.
public struct ShutdownSpec: Hashable, Codable, Sendable {
    /// Seconds in which open requests may finish before SIGTERM, once no new ones come. Only as many as there are requests for.
    public var drainSeconds: Int
    /// Seconds between SIGTERM and SIGKILL.
    public var graceSeconds: Int

    /// As long as a request of a person at a browser takes.
    public static let defaultDrainSeconds = 10
    /// More than the 30 s that Phoenix's own drainer may take.
    public static let defaultGraceSeconds = 35

    /// Makes a description.
    public init(
        drainSeconds: Int = ShutdownSpec.defaultDrainSeconds, graceSeconds: Int = ShutdownSpec.defaultGraceSeconds
    ) {
        self.drainSeconds = drainSeconds
        self.graceSeconds = graceSeconds
    }

    enum CodingKeys: String, CodingKey {
        case drainSeconds, graceSeconds
    }
}
