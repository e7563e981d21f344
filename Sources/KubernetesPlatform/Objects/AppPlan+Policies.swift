import FleetModel
import JSONText

extension AppPlan {
    /// A machine that is emptied takes one replica of a process at a time.
    func disruptionBudgets(_ warnings: inout [String]) -> [KubernetesObject] {
        guard let version = request.served.first(of: ["policy/v1", "policy/v1beta1"]) else {
            warnings.append("no PodDisruptionBudget: the API server serves neither policy/v1 nor policy/v1beta1")
            return []
        }
        return processes.map { name, _ in
            object(
                version, "PodDisruptionBudget", names.workload(name), process: name,
                [
                    "spec": .some([
                        "maxUnavailable": 1, "selector": ["matchLabels": JSONValue(names.selector(name))],
                        // Else a replica that is never ready keeps its machine from being emptied.
                        "unhealthyPodEvictionPolicy": request.served.minor >= 27 ? "AlwaysAllow" : nil,
                    ])
                ])
        }
    }

    /// Who says how many replicas there are.
    func autoscalers(_ warnings: inout [String]) -> [KubernetesObject] {
        let scaled = processes.compactMap { name, process in process.autoscale.map { (name, process, $0) } }
        guard !scaled.isEmpty else { return [] }
        guard let version = request.served.first(of: ["autoscaling/v2", "autoscaling/v2beta2", "autoscaling/v1"]) else {
            warnings.append("no HorizontalPodAutoscaler: the API server serves no autoscaling that is known here")
            return []
        }
        return scaled.map { name, process, scale in
            var body: [String: JSONValue?] = [
                "scaleTargetRef": [
                    "apiVersion": "apps/v1", "kind": process.identity == .stable ? "StatefulSet" : "Deployment",
                    "name": .string(names.workload(name)),
                ],
                "minReplicas": .integer(scale.fewest), "maxReplicas": .integer(scale.most),
            ]
            if version == "autoscaling/v1" {
                body["targetCPUUtilizationPercentage"] = .integer(scale.cpuPercent)
            } else {
                body["metrics"] = [
                    [
                        "type": "Resource",
                        "resource": [
                            "name": "cpu", "target": ["type": "Utilization", "averageUtilization": .integer(scale.cpuPercent)],
                        ],
                    ]
                ]
            }
            return object(version, "HorizontalPodAutoscaler", names.workload(name), process: name, ["spec": .some(body)])
        }
    }

    /// What libcluster's Kubernetes strategies read, and nothing else.
    var access: [KubernetesObject] {
        let kubernetes = spec.kubernetes
        guard kubernetes.rbac else { return [] }
        let account = kubernetes.serviceAccount ?? names.app
        let verbs: JSONValue = ["get", "list", "watch"]
        let group = "rbac.authorization.k8s.io"
        var objects: [KubernetesObject] = []
        if kubernetes.serviceAccount == nil { objects.append(object("v1", "ServiceAccount", account, [:])) }
        objects.append(
            object(
                "\(group)/v1", "Role", names.app,
                [
                    "rules": [
                        ["apiGroups": [""], "resources": ["endpoints", "pods"], "verbs": verbs],
                        ["apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": verbs],
                    ]
                ]))
        objects.append(
            object(
                "\(group)/v1", "RoleBinding", names.app,
                [
                    "roleRef": ["apiGroup": .string(group), "kind": "Role", "name": .string(names.app)],
                    "subjects": [
                        ["kind": "ServiceAccount", "name": .string(account), "namespace": .string(request.namespace)]
                    ],
                ]))
        return objects
    }
}
