/// Everything that a name server serves, as data: told as a whole, kept as a whole, replaced as a whole.
///
/// What goes into a service (ready replicas, or every live one) is decided by who makes the zone. Names and addresses
/// are text, so that a zone reads well as JSON; ``validate()`` says where one is wrong.
public struct Zone: Codable, Hashable, Sendable {
    /// The name that all services are below: `cluster.local`.
    public var origin: String
    /// The version of the zone, shown in its SOA record and answered to `apply`; counted by who makes the zone.
    public var serial: UInt32
    /// The services, each (namespace, name) once.
    public var services: [ServiceRecord]

    /// A zone; by default an empty `cluster.local` that nobody has told yet (serial 0).
    public init(origin: String = "cluster.local", serial: UInt32 = 0, services: [ServiceRecord] = []) {
        self.origin = origin
        self.serial = serial
        self.services = services
    }
}

/// A service: a name over a set of endpoints (Kubernetes DNS specification 1.1.0, sections 2.3 and 2.4).
public struct ServiceRecord: Codable, Hashable, Sendable {
    /// The first label: `hello`, `hello-peers`.
    public var name: String
    /// The second label: `default`.
    public var namespace: String
    /// The addresses of a service with a virtual address. Empty means headless: the name is answered with the endpoints.
    public var clusterAddresses: [String]
    /// The ports, for SRV records.
    public var ports: [NamedPort]
    /// What is behind the name. A service that has none is answered with NODATA, never with NXDOMAIN.
    public var endpoints: [Endpoint]

    /// A service, by default headless and empty.
    public init(
        name: String, namespace: String, clusterAddresses: [String] = [], ports: [NamedPort] = [], endpoints: [Endpoint] = []
    ) {
        self.name = name
        self.namespace = namespace
        self.clusterAddresses = clusterAddresses
        self.ports = ports
        self.endpoints = endpoints
    }
}

/// A port with the name under which SRV records have it.
public struct NamedPort: Codable, Hashable, Sendable {
    /// The name, without underscore: `http` for `_http._tcp.…`.
    public var name: String
    /// The protocol: `tcp`, `udp` or `sctp`.
    public var transport: String
    /// The number, 1 to 65,535.
    public var port: UInt16

    /// A port, by default of TCP.
    public init(name: String, transport: String = "tcp", port: UInt16) {
        self.name = name
        self.transport = transport
        self.port = port
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case transport = "protocol"
        case port
    }
}

/// One replica behind a service.
public struct Endpoint: Codable, Hashable, Sendable {
    /// The IPv4 or IPv6 address.
    public var address: String
    /// The first label of the endpoint's own name; `nil` means the address with dashes, `127-88-0-11`.
    public var hostname: String?
    /// The endpoint's own ports, where they differ from the service's.
    public var ports: [NamedPort]?

    /// An endpoint.
    public init(address: String, hostname: String? = nil, ports: [NamedPort]? = nil) {
        self.address = address
        self.hostname = hostname
        self.ports = ports
    }
}
