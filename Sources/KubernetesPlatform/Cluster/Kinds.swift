import KubernetesClient

extension APIResource {
    /// The kinds that are applied, by their group: none of them has to be asked for.
    private static let plurals: [String: String] = [
        "ConfigMap": "configmaps", "Secret": "secrets", "Service": "services", "ServiceAccount": "serviceaccounts",
        "Deployment": "deployments", "StatefulSet": "statefulsets", "Job": "jobs", "NetworkPolicy": "networkpolicies",
        "Ingress": "ingresses", "PodDisruptionBudget": "poddisruptionbudgets",
        "HorizontalPodAutoscaler": "horizontalpodautoscalers", "Role": "roles", "RoleBinding": "rolebindings",
        "Lease": "leases",
    ]

    /// The kind of an object that is applied; nil for one that never is.
    init?(of object: KubernetesObject) {
        self.init(apiVersion: object.apiVersion, kind: object.kind)
    }

    init?(apiVersion: String, kind: String) {
        guard let plural = Self.plurals[kind] else { return nil }
        let parts = apiVersion.split(separator: "/").map(String.init)
        self.init(
            group: parts.count == 2 ? parts[0] : "", version: parts.last ?? "v1", kind: kind, plural: plural)
    }

    static let statefulSets = APIResource(group: "apps", version: "v1", kind: "StatefulSet", plural: "statefulsets")
    static let replicaSets = APIResource(group: "apps", version: "v1", kind: "ReplicaSet", plural: "replicasets")
    static let controllerRevisions = APIResource(
        group: "apps", version: "v1", kind: "ControllerRevision", plural: "controllerrevisions")
    static let jobs = APIResource(group: "batch", version: "v1", kind: "Job", plural: "jobs")
    static let claims = APIResource(group: "", version: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims")
    static let leases = APIResource(group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases")

    /// Everything that may be applied for an app, as a server serves it.
    static func applied(_ served: ServedVersions) -> [APIResource] {
        let kinds: [(String, [String])] = [
            ("ConfigMap", ["v1"]), ("Secret", ["v1"]), ("Service", ["v1"]), ("ServiceAccount", ["v1"]),
            ("Deployment", ["apps/v1"]), ("StatefulSet", ["apps/v1"]), ("Job", ["batch/v1"]),
            ("NetworkPolicy", ["networking.k8s.io/v1"]), ("Ingress", ["networking.k8s.io/v1"]),
            ("PodDisruptionBudget", ["policy/v1", "policy/v1beta1"]),
            ("HorizontalPodAutoscaler", ["autoscaling/v2", "autoscaling/v2beta2", "autoscaling/v1"]),
            ("Role", ["rbac.authorization.k8s.io/v1"]), ("RoleBinding", ["rbac.authorization.k8s.io/v1"]),
        ]
        return kinds.compactMap { kind, versions in
            // Where there is only one, every supported server has it.
            let version = versions.count == 1 ? versions.first : served.first(of: versions)
            return version.flatMap { APIResource(apiVersion: $0, kind: kind) }
        }
    }
}
