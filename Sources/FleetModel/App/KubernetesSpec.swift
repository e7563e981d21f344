/// What an app asks of Kubernetes alone.
public struct KubernetesSpec: Hashable, Codable, Sendable {
    /// The addresses that nodes and Services have.
    public enum IPFamily: String, Hashable, Codable, Sendable, CaseIterable {
        /// IPv4 alone.
        case ipv4
        /// IPv6 alone; the nodes are named by it.
        case ipv6
        /// Services have both where the cluster has; the nodes are named by the first that the cluster gives.
        case dual
    }

    /// The ServiceAccount that the pods run as; nil: one of the app's own with ``rbac``, else the namespace's default.
    public var serviceAccount: String?
    /// Whether the pods may read what libcluster's Kubernetes strategies read: pods and endpoints of their namespace.
    public var rbac: Bool
    /// How the hosts are reached from outside.
    public var ingress: IngressSpec
    /// Labels that a machine must have for the pods to run there.
    public var nodeSelector: [String: String]
    /// The taints that the pods tolerate.
    public var tolerations: [TolerationSpec]
    /// Labels of every object and pod, beside those that beamctl sets.
    public var labels: [String: String]
    /// Annotations of every object and pod, beside those that beamctl sets.
    public var annotations: [String: String]
    /// Changes to what is rendered, in this order.
    public var patches: [KubernetesPatch]
    /// The addresses that nodes and Services have; nil: those that the cluster gives.
    public var ipFamily: IPFamily?
    /// The domain of the cluster's DNS.
    public var clusterDomain: String

    /// The domain that nearly every cluster has.
    public static let defaultClusterDomain = "cluster.local"

    /// Makes a description; what is left out has the manifest's defaults.
    public init(
        serviceAccount: String? = nil, rbac: Bool = false, ingress: IngressSpec = IngressSpec(),
        nodeSelector: [String: String] = [:], tolerations: [TolerationSpec] = [], labels: [String: String] = [:],
        annotations: [String: String] = [:], patches: [KubernetesPatch] = [], ipFamily: IPFamily? = nil,
        clusterDomain: String = KubernetesSpec.defaultClusterDomain
    ) {
        self.serviceAccount = serviceAccount
        self.rbac = rbac
        self.ingress = ingress
        self.nodeSelector = nodeSelector
        self.tolerations = tolerations
        self.labels = labels
        self.annotations = annotations
        self.patches = patches
        self.ipFamily = ipFamily
        self.clusterDomain = clusterDomain
    }
}

/// How the hosts of an app are reached from outside the cluster.
public struct IngressSpec: Hashable, Codable, Sendable {
    /// The IngressClass; nil: the cluster's default.
    public var className: String?
    /// The Secret that holds the certificate for the hosts; nil: HTTP alone.
    public var tlsSecret: String?
    /// Annotations of the Ingress, which its controller reads.
    public var annotations: [String: String]

    /// Makes a description.
    public init(className: String? = nil, tlsSecret: String? = nil, annotations: [String: String] = [:]) {
        self.className = className
        self.tlsSecret = tlsSecret
        self.annotations = annotations
    }
}

/// A taint that pods tolerate (core/v1 Toleration).
public struct TolerationSpec: Hashable, Codable, Sendable {
    /// How a taint's value is compared.
    public enum Comparison: String, Hashable, Codable, Sendable, CaseIterable {
        /// Whatever it is.
        case exists = "Exists"
        /// It is the same.
        case equal = "Equal"
    }

    /// What a taint does.
    public enum Effect: String, Hashable, Codable, Sendable, CaseIterable {
        case noSchedule = "NoSchedule"
        case preferNoSchedule = "PreferNoSchedule"
        case noExecute = "NoExecute"
    }

    /// The taint's key; nil: every taint.
    public var key: String?
    /// How its value is compared.
    public var comparison: Comparison
    /// Its value, with ``Comparison/equal``.
    public var value: String?
    /// What it does; nil: whatever that is.
    public var effect: Effect?
    /// For how many seconds it is tolerated, with ``Effect/noExecute``; nil: for ever.
    public var seconds: Int?

    /// Makes a description.
    public init(
        key: String? = nil, comparison: Comparison = .exists, value: String? = nil, effect: Effect? = nil, seconds: Int? = nil
    ) {
        self.key = key
        self.comparison = comparison
        self.value = value
        self.effect = effect
        self.seconds = seconds
    }
}

/// A change to rendered objects, as a strategic merge patch.
public struct KubernetesPatch: Hashable, Codable, Sendable {
    /// The kind of the objects that are changed, such as `Deployment`.
    public var kind: String
    /// The name of the one that is changed; nil: all of that kind.
    public var name: String?
    /// The patch: the JSON text of an object, without `kind` and `apiVersion`.
    public var json: String

    /// Bytes of the longest patch, as JSON.
    public static let longest = 64 << 10
    /// How many a manifest may have.
    public static let most = 100
    /// Levels of the deepest.
    public static let deepest = 32

    /// Makes one.
    public init(kind: String, name: String? = nil, json: String) {
        self.kind = kind
        self.name = name
        self.json = json
    }
}
