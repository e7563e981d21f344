package import DNSMessage

/// The records of a zone by name, before they are encoded (Kubernetes DNS specification 1.1.0).
package struct RecordTable {
    /// The name that all but the reverse names are below.
    package let origin: Name
    /// The records of each name. A name without records exists all the same: it is above another, or a service without
    /// endpoints.
    package private(set) var records: [Name: [RecordData]] = [:]

    /// The zone's start of authority.
    package let startOfAuthority: StartOfAuthority

    /// How long any record may be kept, in seconds.
    package static let timeToLive: UInt32 = 1
    /// The version of the specification that the names follow, told at `dns-version`.
    package static let schemaVersion = "1.1.0"

    /// The records of a zone whose server has these addresses.
    ///
    /// - Throws: ``ZoneError`` where the zone cannot be served.
    package init(_ zone: Zone, serverAddresses: [IPAddress]) throws(ZoneError) {
        try zone.validate()
        origin = try Zone.name(zone.origin, "origin")
        let server = try Self.name("ns.dns", below: origin)
        startOfAuthority = StartOfAuthority(
            primary: server, mailbox: try Self.name("hostmaster", below: origin), serial: zone.serial, refresh: 7_200,
            retry: 1_800, expire: 86_400, minimum: Self.timeToLive)
        add(.soa(startOfAuthority), at: origin)
        add(.ns(server), at: origin)
        addName(server)
        for address in serverAddresses { add(.address(address), at: server) }
        add(.txt([Array(Self.schemaVersion.utf8)]), at: try Self.name("dns-version", below: origin))
        addName(try Self.name("svc", below: origin))
        for service in zone.services { try add(service) }
    }

    private mutating func add(_ service: ServiceRecord) throws(ZoneError) {
        let name = try Self.name("\(service.name).\(service.namespace).svc", below: origin)
        addName(name)
        if service.clusterAddresses.isEmpty {
            try addEndpoints(of: service, at: name)
        } else {
            try addClusterAddresses(of: service, at: name)
        }
    }

    /// A service with addresses of its own: SRV records lead to its name.
    private mutating func addClusterAddresses(of service: ServiceRecord, at name: Name) throws(ZoneError) {
        for text in service.clusterAddresses {
            let address = try Zone.address(text, "clusterAddresses")
            add(.address(address), at: name)
            add(.ptr(name), at: address.reverseName)
        }
        for port in service.ports { try add(port, of: name, target: name, weight: 100) }
    }

    /// A headless service: the name is its endpoints, each of which has a name, too.
    private mutating func addEndpoints(of service: ServiceRecord, at name: Name) throws(ZoneError) {
        // As CoreDNS weighs: a hundred among them, at least one each.
        let weight = UInt16(max(1, 100 / max(1, service.endpoints.count)))
        for endpoint in service.endpoints {
            let address = try Zone.address(endpoint.address, "address")
            let host = try Self.name(endpoint.hostname ?? address.dashed, below: name)
            add(.address(address), at: name)
            add(.address(address), at: host)
            add(.ptr(host), at: address.reverseName)
            for port in endpoint.ports ?? service.ports { try add(port, of: name, target: host, weight: weight) }
        }
        // A port's name exists as long as the service does, also while nobody is there to have it.
        for port in service.ports { addName(try Self.portName(port, of: name)) }
    }

    /// SRV records at the port's own name, and at the service's name for those who ask for all ports.
    private mutating func add(_ port: NamedPort, of service: Name, target: Name, weight: UInt16) throws(ZoneError) {
        let location = ServiceLocation(priority: 0, weight: weight, port: port.port, target: target)
        add(.srv(location), at: try Self.portName(port, of: service))
        add(.srv(location), at: service)
    }

    private mutating func add(_ data: RecordData, at name: Name) {
        addName(name)
        records[name, default: []].append(data)
    }

    /// Makes the name and all that are between it and the origin exist (RFC 8020).
    private mutating func addName(_ name: Name) {
        guard records[name] == nil else { return }
        records[name] = []
        if name != origin, name.isSubdomain(of: origin), let parent = name.parent { addName(parent) }
    }

    private static func portName(_ port: NamedPort, of service: Name) throws(ZoneError) -> Name {
        try name("_\(port.name)._\(port.transport)", below: service)
    }

    private static func name(_ labels: String, below suffix: Name) throws(ZoneError) -> Name {
        do throws(NameError) {
            return try Name(labels).appending(suffix).lowercased
        } catch {
            throw ZoneError(path: "\(labels).\(suffix)", problem: "\(error)")
        }
    }
}

extension RecordData {
    static func address(_ address: IPAddress) -> RecordData {
        switch address {
        case .v4(let address): .a(address)
        case .v6(let address): .aaaa(address)
        }
    }
}
