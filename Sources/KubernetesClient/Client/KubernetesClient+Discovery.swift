public import JSONText

/// What a server is.
public struct ServerVersion: Hashable, Sendable {
    /// 1
    public var major: Int
    /// 31
    public var minor: Int
    /// `v1.31.2+k3s1`
    public var text: String
}

/// What was found out, kept for as long as a client lives.
actor Discovery {
    private var kinds = ServedKinds()
    private var hasGroups = false

    /// What is known once these groups are.
    func known(_ groups: Set<String>, _ client: KubernetesClient) async throws -> ServedKinds {
        if !hasGroups {
            let answer = try await client.get(path: "/apis")
            kinds.add(groups: answer)
            hasGroups = true
        }
        var missing: [(group: String, version: String)] = []
        for group in groups.sorted() {
            for version in kinds.versions[group] ?? [] where !kinds.knows(group: group, version: version) {
                missing.append((group, version))
            }
        }
        let answers = try await withThrowingTaskGroup(of: (String, String, JSONValue).self) { tasks in
            for (group, version) in missing {
                tasks.addTask {
                    let path = group.isEmpty ? "/api/\(version)" : "/apis/\(Query.segment(group))/\(Query.segment(version))"
                    return (group, version, try await client.get(path: path))
                }
            }
            var answers: [(String, String, JSONValue)] = []
            for try await answer in tasks { answers.append(answer) }
            return answers
        }
        for (group, version, answer) in answers { kinds.add(resources: answer, group: group, version: version) }
        return kinds
    }

    /// Forgets everything: a custom kind may have been added.
    func forget() {
        kinds = ServedKinds()
        hasGroups = false
    }
}

extension KubernetesClient {
    /// What the server is.
    public func version() async throws -> ServerVersion {
        let answer = try await get(path: "/version")
        func number(_ key: String) -> Int? { answer[key]?.text.flatMap { Int($0.prefix { $0.isNumber }) } }
        guard let major = number("major"), let minor = number("minor"), let text = answer["gitVersion"]?.text else {
            throw KubernetesError(
                .protocolBroken, "GET /version: \(access.server) says no version", next: "is this the address of an API server?")
        }
        return ServerVersion(major: major, minor: minor, text: text)
    }

    /// What the server serves of some groups (the core group is the empty name); asked once, then known.
    public func served(_ groups: Set<String>) async throws -> ServedKinds {
        try await discovery.known(groups, self)
    }

    /// The first of some versions in which a kind is served. Throws ``KubernetesError`` `.notServed`.
    ///
    /// - Parameter versions: Those that the caller can write, the best one first; nil: the server's own order.
    public func resource(kind: String, group: String, versions: [String]? = nil) async throws -> APIResource {
        let known = try await served([group])
        guard let resource = known.resource(kind: kind, group: group, versions: versions) else {
            let served = known.versions[group].map { "of \(group) it serves \($0.joined(separator: ", "))" }
            throw KubernetesError(
                .notServed,
                "the API server serves no \(kind) of \(group.isEmpty ? "v1" : group) (\(served ?? "nothing of that group"))",
                next: "kubectl api-resources")
        }
        return resource
    }

    /// The kind of an object, by its own `apiVersion` and `kind`. Throws ``KubernetesError`` `.notServed`, `.invalid`.
    public func resource(of object: JSONValue) async throws -> APIResource {
        guard let apiVersion = object["apiVersion"]?.text, let kind = object["kind"]?.text else {
            throw KubernetesError(.invalid, "an object has no apiVersion or no kind")
        }
        let (group, version) = ServedKinds.split(apiVersion)
        return try await resource(kind: kind, group: group, versions: [version])
    }

    /// Lets go of what was found out of kinds: after a definition of custom ones was added.
    public func forgetServed() async { await discovery.forget() }

    func get(path: String) async throws -> JSONValue {
        try await send(Request(method: "GET", path: path, repeatability: .safe))
    }
}
