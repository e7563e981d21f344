import HeadlessDNS
import JSONText

/// The zone that a cluster's Services and EndpointSlices make (Kubernetes DNS specification 1.1.0): pure.
enum ClusterZone {
    /// - Parameters:
    ///   - services: The Services.
    ///   - slices: The EndpointSlices, of `discovery.k8s.io/v1` or `v1beta1`. A Service has several: one or more for each family of
    ///     addresses, and for each set of ports.
    static func make(
        origin: String, serial: UInt32, services: [KubernetesObject], slices: [KubernetesObject]
    ) -> Zone {
        let byService = Dictionary(grouping: slices) { "\($0.namespace ?? "")/\($0.labels[serviceLabel] ?? "")" }
        return Zone(
            origin: origin, serial: serial,
            services: services.compactMap { record($0, byService["\($0.namespace ?? "")/\($0.name)"] ?? []) }
                .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) })
    }

    private static let serviceLabel = "kubernetes.io/service-name"

    /// A Service of type ExternalName is a name of somebody else's, and has no addresses.
    private static func record(_ service: KubernetesObject, _ slices: [KubernetesObject]) -> ServiceRecord? {
        guard let spec = service.json["spec"], spec["type"]?.text != "ExternalName", let namespace = service.namespace else {
            return nil
        }
        let addresses = spec["clusterIPs"]?.elements.compactMap(\.text) ?? [spec["clusterIP"]?.text].compactMap(\.self)
        var seen: Set<Endpoint> = []
        // An endpoint that moves from one slice to another may be in both for a moment.
        let endpoints = slices.flatMap(Self.endpoints).filter { seen.insert($0).inserted }
        return ServiceRecord(
            name: service.name, namespace: namespace, clusterAddresses: addresses.filter { $0 != "None" && !$0.isEmpty },
            ports: ports(spec["ports"]), endpoints: Array(endpoints.prefix(Zone.maximumEndpoints)))
    }

    /// The addresses of one slice: those that are ready, as all are where a Service publishes those that are not, and as those are of
    /// which nothing is said.
    private static func endpoints(_ slice: KubernetesObject) -> [Endpoint] {
        guard slice.json["addressType"]?.text != "FQDN" else { return [] }
        let ports = ports(slice.json["ports"])
        return (slice.json["endpoints"]?.elements ?? []).filter { $0.at("conditions", "ready") != .bool(false) }.flatMap {
            endpoint in
            (endpoint["addresses"]?.elements ?? []).compactMap(\.text).map {
                Endpoint(address: $0, hostname: endpoint["hostname"]?.text, ports: ports.isEmpty ? nil : ports)
            }
        }
    }

    private static func ports(_ value: JSONValue?) -> [NamedPort] {
        (value?.elements ?? []).compactMap { port in
            guard let number = port["port"]?.integer.flatMap({ UInt16(exactly: $0) }), let name = port["name"]?.text,
                !name.isEmpty
            else { return nil }
            return NamedPort(name: name, transport: (port["protocol"]?.text ?? "TCP").lowercased(), port: number)
        }
    }
}
