import FleetModel
import KubernetesClient

/// What one has to be allowed for what beamctl does.
enum Permissions {
    /// What a deploy does: of every app, and of this one.
    static func deploying(in namespace: String, _ spec: AppSpec? = nil) -> [AccessQuestion] {
        var kinds: [(String, String)] = [
            ("configmaps", ""), ("secrets", ""), ("services", ""), ("deployments", "apps"), ("statefulsets", "apps"),
            ("networkpolicies", "networking.k8s.io"), ("poddisruptionbudgets", "policy"),
        ]
        for (kind, name) in [
            ("Ingress", ("ingresses", "networking.k8s.io")), ("Job", ("jobs", "batch")),
            ("HorizontalPodAutoscaler", ("horizontalpodautoscalers", "autoscaling")),
            ("ServiceAccount", ("serviceaccounts", "")), ("Role", ("roles", "rbac.authorization.k8s.io")),
            ("RoleBinding", ("rolebindings", "rbac.authorization.k8s.io")),
        ] where spec.map({ isNeeded(kind, by: $0) }) ?? false { kinds.append(name) }
        let written = kinds.flatMap { resource, group in
            ["get", "list", "create", "patch", "delete"].map {
                AccessQuestion($0, resource, group: group, namespace: namespace)
            }
        }
        // The lock is replaced as a whole.
        let lock = ["get", "create", "update", "delete"].map {
            AccessQuestion($0, "leases", group: "coordination.k8s.io", namespace: namespace)
        }
        return written + lock + watching(in: namespace)
    }

    /// What a trial does beside a deploy.
    static func trying(in namespace: String) -> [AccessQuestion] {
        ["create", "delete"].map { AccessQuestion($0, "jobs", group: "batch", namespace: namespace) }
    }

    /// What a rollout is followed with.
    static func watching(in namespace: String) -> [AccessQuestion] {
        let seen = [
            ("configmaps", ""), ("pods", ""), ("deployments", "apps"), ("statefulsets", "apps"), ("replicasets", "apps"),
            ("controllerrevisions", "apps"),
        ].flatMap { resource, group in
            ["list", "watch"].map { AccessQuestion($0, resource, group: group, namespace: namespace) }
        }
        return seen + [
            AccessQuestion("list", "events", namespace: namespace),
            AccessQuestion("create", "pods", subresource: "portforward", namespace: namespace),
            AccessQuestion("get", "pods", subresource: "log", namespace: namespace),
        ]
    }

    /// Whether an app has objects of a kind. Those that every app may have always are.
    static func isNeeded(_ kind: String, by spec: AppSpec) -> Bool {
        switch kind {
        case "Ingress": !spec.hosts.isEmpty
        case "HorizontalPodAutoscaler": spec.processes.values.contains { $0.autoscale != nil }
        case "ServiceAccount", "Role", "RoleBinding": spec.kubernetes.rbac
        case "Job": spec.releaseCommand != nil
        default: true
        }
    }

    /// Rights in few words: `get, list pods; create, patch configmaps, secrets`.
    static func summary(_ rights: [AccessQuestion]) -> String {
        var verbs: [(resource: String, verbs: [String])] = []
        for right in rights {
            let kind = right.resource + (right.subresource.map { "/\($0)" } ?? "")
            if let place = verbs.firstIndex(where: { $0.resource == kind }) {
                if !verbs[place].verbs.contains(right.verb) { verbs[place].verbs.append(right.verb) }
            } else {
                verbs.append((kind, [right.verb]))
            }
        }
        var groups: [(verbs: [String], resources: [String])] = []
        for entry in verbs {
            if let place = groups.firstIndex(where: { $0.verbs == entry.verbs }) {
                groups[place].resources.append(entry.resource)
            } else {
                groups.append((entry.verbs, [entry.resource]))
            }
        }
        return groups.map { "\($0.verbs.joined(separator: ", ")) \($0.resources.joined(separator: ", "))" }
            .joined(separator: "; ")
    }
}
