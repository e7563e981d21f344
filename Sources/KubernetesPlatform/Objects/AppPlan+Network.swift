import FleetModel
import JSONText

extension AppPlan {
    /// One over the ready replicas that serve HTTP, one for each process that has ports of its own, a headless one over all live nodes.
    var services: [KubernetesObject] {
        let serving = processes.filter { $0.spec.http != nil }
        var services: [KubernetesObject] = []
        if let main = serving.first(where: { $0.name == AppSpec.plainProcess }) ?? serving.first, let http = main.spec.http {
            let own = servesApart ? [] : ports(of: main.spec)
            let selector = [ObjectNames.instanceLabel: names.app, ObjectNames.httpLabel: "true"]
            services.append(service(names.service, selector, [(Self.httpPortName, http.port)] + own))
        }
        for (name, process) in processes {
            let isCovered = process.http != nil && !servesApart
            var ports = self.ports(of: process)
            if servesApart, let http = process.http { ports.insert((Self.httpPortName, http.port), at: 0) }
            guard !isCovered, !ports.isEmpty else { continue }
            services.append(service(names.service(of: name), names.selector(name), ports, process: name))
        }
        if isClustered { services.append(peers) }
        return services
    }

    private func ports(of process: ProcessSpec) -> [(String, Int)] {
        process.ports.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func service(
        _ name: String, _ selector: [String: String], _ ports: [(String, Int)], process: String? = nil
    ) -> KubernetesObject {
        var body = families
        body["type"] = "ClusterIP"
        body["selector"] = JSONValue(selector)
        body["ports"] = .array(
            ports.map { ["name": .string($0.0), "port": .integer($0.1), "targetPort": .string($0.0), "protocol": "TCP"] })
        return object("v1", "Service", name, process: process, ["spec": .some(body)])
    }

    /// A node must be found before it is ready: it may be ready only once it has found others.
    private var peers: KubernetesObject {
        var body = families
        body["clusterIP"] = "None"
        body["publishNotReadyAddresses"] = true
        body["selector"] = [ObjectNames.clusterLabel: .string(names.cluster)]
        body["ports"] = [
            [
                "name": .string(Self.distributionPortName), "port": .integer(Self.distributionPort),
                "targetPort": .integer(Self.distributionPort), "protocol": "TCP",
            ]
        ]
        return KubernetesObject(
            "v1", "Service", name: names.peers, namespace: request.namespace, labels: names.sharedLabels(), ["spec": .some(body)])
    }

    private var families: [String: JSONValue?] {
        switch spec.kubernetes.ipFamily {
        case nil: [:]
        case .ipv4: ["ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv4"]]
        case .ipv6: ["ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv6"]]
        case .dual: ["ipFamilyPolicy": "PreferDualStack"]
        }
    }

    /// Distribution, and with it everything that a node can do, is for the cluster's own pods; HTTP and named ports are for anybody. The
    /// probes come from the kubelet, which no policy keeps out. What goes out is not restricted: DNS and databases have places of their
    /// own.
    var networkPolicies: [KubernetesObject] {
        processes.map { name, process in
            var rules: [JSONValue] = []
            if isClustered {
                rules.append([
                    "from": [["podSelector": ["matchLabels": [ObjectNames.clusterLabel: .string(names.cluster)]]]],
                    "ports": [["protocol": "TCP", "port": .integer(Self.distributionPort)]],
                ])
            }
            let open = [process.http?.port].compactMap(\.self) + process.ports.values.sorted()
            if !open.isEmpty { rules.append(["ports": .array(open.map { ["protocol": "TCP", "port": .integer($0)] })]) }
            return object(
                "networking.k8s.io/v1", "NetworkPolicy", names.workload(name), process: name,
                [
                    "spec": [
                        "podSelector": ["matchLabels": JSONValue(names.selector(name))], "policyTypes": ["Ingress"],
                        "ingress": .array(rules),
                    ]
                ])
        }
    }

    /// The way in from outside, for each of the hosts: the paths of the processes that serve HTTP.
    func ingress(_ warnings: inout [String]) -> [KubernetesObject] {
        guard !spec.hosts.isEmpty, processes.contains(where: { $0.spec.http != nil }) else { return [] }
        guard request.served.first(of: ["networking.k8s.io/v1"]) != nil else {
            warnings.append("no Ingress: the API server does not serve networking.k8s.io/v1 (Kubernetes 1.19)")
            return []
        }
        let paths = processes.compactMap { name, process in
            process.http.map { http in
                [
                    "path": .string(http.path), "pathType": "Prefix",
                    "backend": [
                        "service": [
                            "name": .string(servesApart ? names.service(of: name) : names.service),
                            "port": ["name": .string(Self.httpPortName)],
                        ]
                    ],
                ] as JSONValue
            }
        }
        let ingress = spec.kubernetes.ingress
        let hosts = spec.hosts.map(JSONValue.string)
        let rules = hosts.map { ["host": $0, "http": ["paths": .array(paths)]] as JSONValue }
        return [
            object(
                "networking.k8s.io/v1", "Ingress", names.app, annotations: ingress.annotations,
                [
                    "spec": .some([
                        "ingressClassName": ingress.className.map(JSONValue.string),
                        "tls": ingress.tlsSecret.map { [["hosts": .array(hosts), "secretName": .string($0)]] },
                        "rules": .array(rules),
                    ])
                ])
        ]
    }
}
