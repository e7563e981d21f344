/// Where an app runs.
public struct PlatformSpec: Hashable, Codable, Sendable {
    /// The kinds of platform.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// This machine, or one that is reached over ssh.
        case local
        /// A Kubernetes cluster.
        case kubernetes
    }

    /// The kind of platform.
    public var kind: Kind
    /// The context of the kubeconfig; nil: the one that is current there.
    public var context: String?
    /// The namespace in the cluster; nil: the one that a command names, or `default`.
    public var namespace: String?

    /// Makes a description; what is left out has the manifest's defaults.
    public init(kind: Kind = .local, context: String? = nil, namespace: String? = nil) {
        self.kind = kind
        self.context = context
        self.namespace = namespace
    }
}
