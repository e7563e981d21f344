import HeadlessDNS
import JSONText

/// The zone that a cluster's Services and Endpoints make (Kubernetes DNS specification 1.1.0): pure.
enum ClusterZone {
    /// - Parameters:
    ///   - services: The Services.
    ///   - endpoints: The Endpoints objects; those of a Service have its name.
    static func make(
        origin: String, serial: UInt32, services: [KubernetesObject], endpoints: [KubernetesObject]
    ) -> Zone {
        let byName = Dictionary(endpoints.map { ("\($0.namespace ?? "")/\($0.name)", $0) }) { first, _ in first }
        return Zone(
            origin: origin, serial: serial,
            services: services.compactMap { record($0, byName["\($0.namespace ?? "")/\($0.name)"]) }
                .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) })
    }

    /// A Service of type ExternalName is a name of somebody else's, and has no addresses.
    private static func record(_ service: KubernetesObject, _ endpoints: KubernetesObject?) -> ServiceRecord? {
        guard let spec = service.json["spec"], spec["type"]?.text != "ExternalName", let namespace = service.namespace else {
            return nil
        }
        let addresses = spec["clusterIPs"]?.elements.compactMap(\.text) ?? [spec["clusterIP"]?.text].compactMap(\.self)
        return ServiceRecord(
            name: service.name, namespace: namespace, clusterAddresses: addresses.filter { $0 != "None" && !$0.isEmpty },
            ports: ports(spec["ports"]), endpoints: (endpoints?.json["subsets"]?.elements ?? []).flatMap(Self.endpoints))
    }

    /// The addresses of one subset: those that are ready, among which are all where a Service publishes those that are not.
    private static func endpoints(_ subset: JSONValue) -> [Endpoint] {
        let ports = ports(subset["ports"])
        return (subset["addresses"]?.elements ?? []).compactMap { address in
            address["ip"]?.text.map {
                Endpoint(address: $0, hostname: address["hostname"]?.text, ports: ports.isEmpty ? nil : ports)
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
