import JSONText

/// The objects that run `beamctl dns serve --kubernetes` in a cluster, of an image of beamctl's own: pure.
public struct NameServerObjects: Sendable {
    /// The namespace that they are in.
    public var namespace: String
    /// The image, with a tag or a digest.
    public var image: String
    /// The address of its Service; nil: the cluster chooses.
    public var clusterAddress: String?
    /// The cluster's domain.
    public var domain: String
    /// How many there are.
    public var replicas: Int
    /// Secrets of type `kubernetes.io/dockerconfigjson` that the image is pulled with.
    public var pullSecrets: [String]
    /// What the API server serves.
    public var served: ServedVersions

    /// The name of all of them; what belongs to no namespace has it behind that.
    public static let name = "beamctl-dns"
    /// Where it listens in a pod: not below 1024, which takes a right that pods of the restricted profile lack.
    static let port = 1053
    /// Seconds in which every node has heard that a pod is to end.
    static let linger = 5
    private static let group = "rbac.authorization.k8s.io"

    /// Makes a description.
    public init(
        namespace: String, image: String, clusterAddress: String? = nil, domain: String = "cluster.local", replicas: Int = 2,
        pullSecrets: [String] = [], served: ServedVersions = .supported
    ) {
        self.namespace = namespace
        self.image = image
        self.clusterAddress = clusterAddress
        self.domain = domain
        self.replicas = replicas
        self.pullSecrets = pullSecrets
        self.served = served
    }

    /// The objects, in the order in which they are applied: what others refer to comes first.
    public var objects: [KubernetesObject] { access + [service, deployment] + budgets }

    private var selector: [String: String] { ["app.kubernetes.io/name": Self.name, ObjectNames.instanceLabel: Self.name] }

    private var labels: [String: String] {
        selector.merging([ObjectNames.managerLabel: ObjectNames.fieldManager]) { own, _ in own }
    }

    private func object(_ version: String, _ kind: String, _ rest: [String: JSONValue?]) -> KubernetesObject {
        KubernetesObject(version, kind, name: Self.name, namespace: namespace, labels: labels, rest)
    }

    /// What belongs to no namespace is named by the one that it is for, so that two of these do not take each other's.
    private func clusterWide(_ kind: String, _ rest: [String: JSONValue]) -> KubernetesObject {
        let metadata: JSONValue = ["name": .string("\(Self.name)-\(namespace)"), "labels": JSONValue(labels)]
        let all: [String: JSONValue] = ["apiVersion": .string("\(Self.group)/v1"), "kind": .string(kind), "metadata": metadata]
        return KubernetesObject(json: .object(all.merging(rest) { own, _ in own }))
    }

    /// It reads Services and their EndpointSlices, of every namespace, and nothing else.
    private var access: [KubernetesObject] {
        [
            object("v1", "ServiceAccount", ["automountServiceAccountToken": false]),
            clusterWide(
                "ClusterRole",
                [
                    "rules": [
                        ["apiGroups": [""], "resources": ["services"], "verbs": ["list", "watch"]],
                        ["apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]],
                    ]
                ]),
            clusterWide(
                "ClusterRoleBinding",
                [
                    "roleRef": [
                        "apiGroup": .string(Self.group), "kind": "ClusterRole", "name": .string("\(Self.name)-\(namespace)"),
                    ],
                    "subjects": [
                        ["kind": "ServiceAccount", "name": .string(Self.name), "namespace": .string(namespace)]
                    ],
                ]),
        ]
    }

    private static let transports = [("dns", "UDP"), ("dns-tcp", "TCP")]

    private var service: KubernetesObject {
        object(
            "v1", "Service",
            [
                "spec": .some([
                    "selector": JSONValue(selector), "clusterIP": clusterAddress.map(JSONValue.string),
                    "ports": .array(
                        Self.transports.map { name, transport in
                            ["name": .string(name), "port": 53, "protocol": .string(transport), "targetPort": .string(name)]
                        }),
                ])
            ])
    }

    private var deployment: KubernetesObject {
        object(
            "apps/v1", "Deployment",
            [
                "spec": [
                    "replicas": .integer(replicas), "selector": ["matchLabels": JSONValue(selector)],
                    "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 0, "maxSurge": 1]],
                    "template": ["metadata": ["labels": JSONValue(labels)], "spec": pod],
                ]
            ])
    }

    /// The restricted profile of Pod Security. `dnsPolicy: Default` is the node's own: names outside of the cluster are asked of that, and
    /// not of itself.
    private var pod: JSONValue {
        .some([
            "serviceAccountName": .string(Self.name), "automountServiceAccountToken": true, "enableServiceLinks": false,
            "dnsPolicy": "Default",
            // Other namespaces may not have it.
            "priorityClassName": namespace == "kube-system" ? "system-cluster-critical" : nil,
            "imagePullSecrets": pullSecrets.isEmpty ? nil : .array(pullSecrets.map { ["name": .string($0)] }),
            "securityContext": ["runAsNonRoot": true, "seccompProfile": ["type": "RuntimeDefault"]],
            "terminationGracePeriodSeconds": .integer(Self.linger + 5),
            "topologySpreadConstraints": [
                [
                    "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": ["matchLabels": JSONValue(selector)],
                ]
            ],
            "containers": [container],
        ])
    }

    /// It listens once it knows the cluster's names, so a port that is open is one that answers. It is not ended because the API server is
    /// silent: the last that it was told holds.
    private var container: JSONValue {
        let open: JSONValue = ["port": "dns-tcp"]
        return [
            "name": "dns", "image": .string(image),
            "args": .array(
                [
                    "dns", "serve", "--kubernetes", "--listen", "$(POD_IP):\(Self.port)", "--domain", domain, "--linger",
                    "\(Self.linger)",
                ].map(JSONValue.string)),
            "env": [["name": "POD_IP", "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": "status.podIP"]]]],
            "ports": .array(
                Self.transports.map { name, transport in
                    ["name": .string(name), "containerPort": .integer(Self.port), "protocol": .string(transport)]
                }),
            "startupProbe": ["tcpSocket": open, "periodSeconds": 1, "failureThreshold": 60],
            "readinessProbe": ["tcpSocket": open, "periodSeconds": 2],
            "livenessProbe": ["tcpSocket": open, "periodSeconds": 10, "failureThreshold": 3],
            "resources": ["requests": ["cpu": "50m", "memory": "64Mi"], "limits": ["memory": "256Mi"]],
            "securityContext": [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
                "capabilities": ["drop": ["ALL"]], "seccompProfile": ["type": "RuntimeDefault"],
            ],
        ]
    }

    /// A machine that is emptied takes one at a time.
    private var budgets: [KubernetesObject] {
        guard let version = served.first(of: ["policy/v1", "policy/v1beta1"]) else { return [] }
        return [
            object(
                version, "PodDisruptionBudget",
                ["spec": ["maxUnavailable": 1, "selector": ["matchLabels": JSONValue(selector)]]])
        ]
    }
}

extension NameServerObjects {
    /// The objects as YAML, after comments that say how names come to be asked of them.
    public var yaml: String { advice + YAMLText.text(of: objects.map(\.json)) }

    /// The objects as one line of JSON: a List.
    public var json: String { KubernetesText.json(AppObjects(objects: objects, warnings: [], expectedSecrets: [])) }

    private var advice: String {
        let asked = "kubectl -n \(namespace) get service \(Self.name) -o jsonpath={.spec.clusterIP}"
        let address = clusterAddress ?? "ADDRESS"
        return """
            # In the place of another DNS server it has the address that the kubelets give to pods (clusterDNS): --cluster-ip.
            # Beside CoreDNS it is a stub domain. In the Corefile (kubectl -n kube-system edit configmap coredns), before the block of ".":
            #   \(domain):53 {
            #       errors
            #       forward . \(address)
            #   }
            # For one namespace alone: SHOP.svc.\(domain):53 instead. No cache belongs there: that is what it is for.
            \(clusterAddress == nil ? "# ADDRESS is what this prints: \(asked)\n" : "")
            """
    }
}
