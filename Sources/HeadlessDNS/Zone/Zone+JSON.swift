package import JSONText

extension Zone {
    /// The same JSON as `Codable` makes.
    package var json: JSONValue {
        .object(["origin": .string(origin), "serial": .integer(serial), "services": .array(services.map(\.json))])
    }

    /// Reads what ``json`` writes; members that it does not know are passed over.
    package init(_ json: JSONNode) throws(JSONProblem) {
        self.init(origin: try json.member("origin").string(), serial: try json.member("serial").integer())
        for node in try json.member("services").elements() { services.append(try ServiceRecord(node)) }
    }
}

extension ServiceRecord {
    fileprivate var json: JSONValue {
        .object([
            "name": .string(name), "namespace": .string(namespace),
            "clusterAddresses": .array(clusterAddresses.map(JSONValue.string)), "ports": .array(ports.map(\.json)),
            "endpoints": .array(endpoints.map(\.json)),
        ])
    }

    fileprivate init(_ json: JSONNode) throws(JSONProblem) {
        self.init(name: try json.member("name").string(), namespace: try json.member("namespace").string())
        for node in try json.member("clusterAddresses").elements() { clusterAddresses.append(try node.string()) }
        for node in try json.member("ports").elements() { ports.append(try NamedPort(node)) }
        for node in try json.member("endpoints").elements() { endpoints.append(try Endpoint(node)) }
    }
}

extension NamedPort {
    fileprivate var json: JSONValue {
        .object(["name": .string(name), "protocol": .string(transport), "port": .integer(port)])
    }

    fileprivate init(_ json: JSONNode) throws(JSONProblem) {
        self.init(
            name: try json.member("name").string(), transport: try json.member("protocol").string(),
            port: try json.member("port").integer())
    }
}

extension Endpoint {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["address": .string(address)]
        if let hostname { members["hostname"] = .string(hostname) }
        if let ports { members["ports"] = .array(ports.map(\.json)) }
        return .object(members)
    }

    fileprivate init(_ json: JSONNode) throws(JSONProblem) {
        self.init(address: try json.member("address").string(), hostname: try json.optional("hostname")?.string())
        guard let nodes = try json.optional("ports")?.elements() else { return }
        var ports: [NamedPort] = []
        for node in nodes { ports.append(try NamedPort(node)) }
        self.ports = ports
    }
}
