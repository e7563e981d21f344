package import ProcessControl

extension RouteTable {
    /// `{"serial": 1, "routes": […]}`.
    package var json: JSONValue {
        .object(["serial": .integer(serial), "routes": .array(routes.map(\.json))])
    }

    /// Reads what ``json`` writes; members that it does not know are passed over.
    package init(_ json: JSONNode) throws(JSONProblem) {
        self.init(serial: try json.member("serial").integer())
        for node in try json.member("routes").elements() { routes.append(try Route(node)) }
    }
}

extension Route {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "app": .string(app), "path": .string(path), "hosts": .array(hosts.map(JSONValue.string)),
            "notes": .array(notes.map(JSONValue.string)), "endpoints": .array(endpoints.map(\.json)),
        ]
        if let maximumBody { members["maximumBody"] = .integer(maximumBody) }
        return .object(members)
    }

    fileprivate init(_ json: JSONNode) throws(JSONProblem) {
        self.init(app: try json.member("app").string(), hosts: [], path: try json.member("path").string(), endpoints: [])
        for node in try json.member("hosts").elements() { hosts.append(try node.string()) }
        for node in try json.member("notes").elements() { notes.append(try node.string()) }
        for node in try json.member("endpoints").elements() { endpoints.append(try Endpoint(node)) }
        maximumBody = try json.optional("maximumBody")?.integer()
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
