package import JSONText

extension RouteTable {
    /// `{"serial": 1, "routes": […]}`, and `"certificates": […]` where there are some.
    package var json: JSONValue {
        var members: [String: JSONValue] = ["serial": .integer(serial), "routes": .array(routes.map(\.json))]
        if !certificates.isEmpty { members["certificates"] = .array(certificates.map(\.json)) }
        return .object(members)
    }

    /// Reads what ``json`` writes; members that it does not know are passed over.
    package init(_ json: JSONNode) throws(JSONProblem) {
        self.init(serial: try json.member("serial").integer())
        for node in try json.member("routes").elements() { routes.append(try Route(node)) }
        for node in try json.optional("certificates")?.elements() ?? [] { certificates.append(try CertificateFiles(node)) }
    }
}

extension Route {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "app": .string(app), "path": .string(path), "hosts": .array(hosts.map(JSONValue.string)),
            "notes": .array(notes.map(JSONValue.string)), "endpoints": .array(endpoints.map(\.json)),
        ]
        if let maximumBody { members["maximumBody"] = .integer(maximumBody) }
        if forcesHTTPS { members["force_https"] = .bool(true) }
        if isStopped { members["stopped"] = .bool(true) }
        return .object(members)
    }

    fileprivate init(_ json: JSONNode) throws(JSONProblem) {
        self.init(app: try json.member("app").string(), hosts: [], path: try json.member("path").string(), endpoints: [])
        for node in try json.member("hosts").elements() { hosts.append(try node.string()) }
        for node in try json.member("notes").elements() { notes.append(try node.string()) }
        for node in try json.member("endpoints").elements() { endpoints.append(try Endpoint(node)) }
        maximumBody = try json.optional("maximumBody")?.integer()
        forcesHTTPS = try json.optional("force_https")?.truth() ?? false
        isStopped = try json.optional("stopped")?.truth() ?? false
    }
}

extension Route.Endpoint {
    fileprivate var json: JSONValue {
        .object(["replica": .string(replica), "address": .string(address), "port": .integer(port)])
    }

    fileprivate init(_ json: JSONNode) throws(JSONProblem) {
        self.init(
            replica: try json.member("replica").string(), address: try json.member("address").string(),
            port: try json.member("port").integer())
    }
}

extension CertificateFiles {
    fileprivate var json: JSONValue {
        .object(["certificate": .string(certificate), "key": .string(key), "digest": .string(digest)])
    }

    fileprivate init(_ json: JSONNode) throws(JSONProblem) {
        self.init(
            certificate: try json.member("certificate").string(), key: try json.member("key").string(),
            digest: try json.member("digest").string())
    }
}

extension JSONNode {
    fileprivate func truth() throws(JSONProblem) -> Bool {
        guard case .bool(let truth) = value else { throw JSONProblem(path: path, problem: "true or false is expected") }
        return truth
    }
}
