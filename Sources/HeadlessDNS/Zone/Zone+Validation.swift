internal import DNSMessage

extension Zone {
    /// The most endpoints that one service may have, as many as an `Endpoints` object of Kubernetes holds. Their addresses
    /// fit into one answer over TCP; SRV records may not, and are then cut (TC).
    public static let maximumEndpoints = 1_000

    /// The most ports that one service, or one endpoint, may have.
    public static let maximumPorts = 100

    /// Looks at every name and address.
    ///
    /// - Throws: ``ZoneError`` for the first that cannot be served.
    public func validate() throws(ZoneError) {
        let origin = try Self.name(origin, "origin")
        guard origin != .root else { throw ZoneError(path: "origin", problem: "the root cannot be served") }
        var seen: Set<String> = []
        for (index, service) in services.enumerated() {
            let path = "services[\(index)]"
            try service.validate(path, origin: origin)
            guard seen.insert("\(service.name).\(service.namespace)".lowercased()).inserted else {
                throw ZoneError(path: path, problem: "\(service.name).\(service.namespace) is there twice")
            }
        }
    }

    static func name(_ text: String, _ path: String) throws(ZoneError) -> Name {
        do throws(NameError) {
            return try Name(text)
        } catch {
            throw ZoneError(path: path, problem: "\(error): \"\(text.prefix(300))\"")
        }
    }

    /// A label of letters, digits, hyphens and underscores; hyphens may stand first as in `--1`, which is `::1`.
    static func label(_ text: String, _ path: String) throws(ZoneError) {
        guard (1...Name.maximumLabelLength).contains(text.utf8.count) else {
            throw ZoneError(path: path, problem: "a label has 1 to 63 characters, this has \(text.utf8.count)")
        }
        let allowed = text.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard allowed else {
            throw ZoneError(path: path, problem: "a label has letters, digits, - and _ only, not \"\(text)\"")
        }
    }

    static func address(_ text: String, _ path: String) throws(ZoneError) -> IPAddress {
        guard let address = IPAddress(text) else {
            throw ZoneError(path: path, problem: "not an IPv4 or IPv6 address: \"\(text.prefix(100))\"")
        }
        return address
    }
}

extension ServiceRecord {
    fileprivate func validate(_ path: String, origin: Name) throws(ZoneError) {
        try Zone.label(name, "\(path).name")
        try Zone.label(namespace, "\(path).namespace")
        guard endpoints.count <= Zone.maximumEndpoints else {
            throw ZoneError(
                path: "\(path).endpoints", problem: "\(endpoints.count) endpoints, \(Zone.maximumEndpoints) are allowed")
        }
        let length = origin.wire.count + 4 + name.utf8.count + namespace.utf8.count + 2
        guard length <= Name.maximumLength else {
            throw ZoneError(path: path, problem: "the service's name would be over 255 octets")
        }
        for (index, address) in clusterAddresses.enumerated() {
            _ = try Zone.address(address, "\(path).clusterAddresses[\(index)]")
        }
        try NamedPort.validate(ports, "\(path).ports", below: length)
        for (index, endpoint) in endpoints.enumerated() {
            try endpoint.validate("\(path).endpoints[\(index)]", below: length)
        }
    }
}

extension NamedPort {
    fileprivate static func validate(_ ports: [NamedPort], _ path: String, below length: Int) throws(ZoneError) {
        guard ports.count <= Zone.maximumPorts else {
            throw ZoneError(path: path, problem: "\(ports.count) ports, \(Zone.maximumPorts) are allowed")
        }
        for (index, port) in ports.enumerated() { try port.validate("\(path)[\(index)]", below: length) }
    }

    private func validate(_ path: String, below length: Int) throws(ZoneError) {
        try Zone.label("_" + name, "\(path).name")
        guard ["tcp", "udp", "sctp"].contains(transport) else {
            throw ZoneError(path: "\(path).protocol", problem: "tcp, udp or sctp, not \"\(transport.prefix(100))\"")
        }
        guard port > 0 else { throw ZoneError(path: "\(path).port", problem: "1 to 65535, not 0") }
        // Two lengths and two underscores.
        guard name.utf8.count + transport.utf8.count + 4 + length <= Name.maximumLength else {
            throw ZoneError(path: "\(path).name", problem: "the SRV record's name would be over 255 octets")
        }
    }
}

extension Endpoint {
    fileprivate func validate(_ path: String, below length: Int) throws(ZoneError) {
        let address = try Zone.address(address, "\(path).address")
        let label = hostname ?? address.dashed
        try Zone.label(label, "\(path).hostname")
        guard label.utf8.count + 1 + length <= Name.maximumLength else {
            throw ZoneError(path: "\(path).hostname", problem: "the endpoint's name would be over 255 octets")
        }
        try NamedPort.validate(ports ?? [], "\(path).ports", below: length)
    }
}
