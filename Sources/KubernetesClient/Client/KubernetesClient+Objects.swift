public import JSONText

/// A page, or all, of the objects of a kind.
public struct ObjectList: Hashable, Sendable {
    /// The objects, each with its `apiVersion` and `kind`.
    public var items: [JSONValue]
    /// From where a watch goes on.
    public var resourceVersion: String
}

/// Which objects of a kind.
public struct Selector: Hashable, Sendable {
    /// `app=hello,tier in (web)`
    public var labels: String?
    /// `metadata.name=hello`
    public var fields: String?

    /// All of them, or some.
    public init(labels: String? = nil, fields: String? = nil) {
        (self.labels, self.fields) = (labels, fields)
    }

    var query: [(String, String)] {
        (labels.map { [("labelSelector", $0)] } ?? []) + (fields.map { [("fieldSelector", $0)] } ?? [])
    }
}

/// What becomes of what an object owns when it is deleted.
public enum Propagation: String, Sendable {
    /// It goes later, by itself.
    case background = "Background"
    /// It goes first, and the object stays until then.
    case foreground = "Foreground"
    /// It stays.
    case orphan = "Orphan"
}

extension KubernetesClient {
    /// An object. `namespace` nil is that of the context. Throws `.notFound`.
    public func get(_ resource: APIResource, _ name: String, in namespace: String? = nil) async throws -> JSONValue {
        try await get(path: path(resource, namespace, name))
    }

    /// An object; nil when there is none.
    public func find(_ resource: APIResource, _ name: String, in namespace: String? = nil) async throws -> JSONValue? {
        do {
            return try await get(resource, name, in: namespace)
        } catch let error as KubernetesError where error.code == .notFound {
            return nil
        }
    }

    /// Every object of a kind in a namespace, read in pages; nil is that of the context.
    public func list(_ resource: APIResource, _ selector: Selector = Selector(), in namespace: String? = nil) async throws
        -> ObjectList
    {
        try await list(resource, selector, at: path(resource, namespace))
    }

    /// Every object of a kind, in whatever namespace.
    public func listEverywhere(_ resource: APIResource, _ selector: Selector = Selector()) async throws -> ObjectList {
        try await list(resource, selector, at: resource.path(namespace: nil))
    }

    /// How many objects a page has.
    private static let page = "250"
    /// How many a list may have in all.
    private static let mostObjects = 100_000

    func list(_ resource: APIResource, _ selector: Selector, at path: String) async throws -> ObjectList {
        for _ in 1..<Self.mostListings {
            do {
                return try await pages(resource, selector, at: path)
            } catch let error as KubernetesError where error.code == .gone {
                // Pages are of one moment, which the server has forgotten: from the beginning.
            }
        }
        return try await pages(resource, selector, at: path)
    }

    private static let mostListings = 4

    private func pages(_ resource: APIResource, _ selector: Selector, at path: String) async throws -> ObjectList {
        var list = ObjectList(items: [], resourceVersion: "")
        var next: String?
        repeat {
            let query = selector.query + [("limit", Self.page)] + (next.map { [("continue", $0)] } ?? [])
            let answer = try await get(path: path + Query.text(query))
            list.items += (answer["items"]?.elements ?? []).map { $0.named(resource) }
            list.resourceVersion = answer.at("metadata", "resourceVersion")?.text ?? ""
            next = answer.at("metadata", "continue")?.text.flatMap { $0.isEmpty ? nil : $0 }
            guard list.items.count <= Self.mostObjects else {
                throw KubernetesError(
                    .protocolBroken, "GET \(path): more than \(Self.mostObjects) objects", next: "a narrower selector")
            }
        } while next != nil
        return list
    }

    /// Makes an object. Throws `.alreadyExists`.
    @discardableResult
    public func create(_ object: JSONValue, as resource: APIResource, in namespace: String? = nil) async throws -> JSONValue {
        let query = Query.text([("fieldManager", Self.fieldManager)])
        return try await send(
            Request(
                method: "POST", path: path(resource, namespace ?? object.at("metadata", "namespace")?.text) + query,
                body: object, repeatability: .unsafe))
    }

    /// Puts a whole object in the place of what is there; with its `resourceVersion` only if that is still so (`.conflict`).
    @discardableResult
    public func replace(_ object: JSONValue, as resource: APIResource, in namespace: String? = nil) async throws -> JSONValue {
        let query = Query.text([("fieldManager", Self.fieldManager)])
        let name = try name(of: object)
        return try await send(
            Request(
                method: "PUT", path: path(resource, namespace ?? object.at("metadata", "namespace")?.text, name) + query,
                body: object, repeatability: object.at("metadata", "resourceVersion") == nil ? .safe : .unsafe))
    }

    /// Deletes an object; false when there was none.
    ///
    /// - Parameters:
    ///   - uid: Only the object that has it.
    ///   - resourceVersion: Only if it is still so. Either throws `.conflict`.
    ///   - graceSeconds: How long its processes may take; nil: what it says itself.
    @discardableResult
    public func delete(
        _ resource: APIResource, _ name: String, in namespace: String? = nil, propagation: Propagation = .background,
        uid: String? = nil, resourceVersion: String? = nil, graceSeconds: Int? = nil, dryRun: Bool = false
    ) async throws -> Bool {
        var options: [String: JSONValue] = [
            "apiVersion": .string("v1"), "kind": .string("DeleteOptions"), "propagationPolicy": .string(propagation.rawValue),
        ]
        var preconditions: [String: JSONValue] = [:]
        preconditions["uid"] = uid.map { .string($0) }
        preconditions["resourceVersion"] = resourceVersion.map { .string($0) }
        if !preconditions.isEmpty { options["preconditions"] = .object(preconditions) }
        options["gracePeriodSeconds"] = graceSeconds.map { .integer($0) }
        if dryRun { options["dryRun"] = .array([.string("All")]) }
        do {
            try await send(
                Request(
                    method: "DELETE", path: path(resource, namespace, name), body: .object(options), repeatability: .safe))
            return true
        } catch let error as KubernetesError where error.code == .notFound {
            return false
        }
    }

    func path(_ resource: APIResource, _ namespace: String?, _ name: String? = nil, subresource: String? = nil) -> String {
        resource.path(namespace: namespace ?? access.namespace, name: name, subresource: subresource)
    }

    func name(of object: JSONValue) throws(KubernetesError) -> String {
        guard let name = object.at("metadata", "name")?.text, !name.isEmpty else {
            throw KubernetesError(.invalid, "an object of kind \(object["kind"]?.text ?? "?") has no name")
        }
        return name
    }
}

extension JSONValue {
    /// What stands in a list has neither version nor kind of its own.
    func named(_ resource: APIResource) -> JSONValue {
        guard case .object(var members) = self else { return self }
        members["apiVersion"] = members["apiVersion"] ?? .string(resource.apiVersion)
        members["kind"] = members["kind"] ?? .string(resource.kind)
        return .object(members)
    }
}
