public import JSONText

/// How an object is applied.
public struct ApplyOptions: Hashable, Sendable {
    /// Takes fields over that somebody else owns; without, they are a `.conflict`.
    public var force: Bool
    /// Only says what would become of it; nothing is kept.
    public var dryRun: Bool
    /// Who owns the fields.
    public var manager: String

    /// Applies, as ``KubernetesClient/fieldManager`` unless told otherwise.
    public init(force: Bool = false, dryRun: Bool = false, manager: String = KubernetesClient.fieldManager) {
        (self.force, self.dryRun, self.manager) = (force, dryRun, manager)
    }
}

/// How a change of an object is written.
public enum PatchKind: String, Hashable, Sendable {
    /// RFC 7396.
    case merge = "application/merge-patch+json"
    /// Kubernetes' own: lists are merged by their keys. Not for custom kinds.
    case strategic = "application/strategic-merge-patch+json"
    /// RFC 6902.
    case operations = "application/json-patch+json"
}

extension KubernetesClient {
    /// Makes an object as it is written, field by field (server-side apply): what the object does not mention stays as it is, and what
    /// the same manager mentioned before and does not mention now is taken away. Returns the object as it is then.
    ///
    /// Throws `.conflict` with ``KubernetesError/conflicts``, `.invalid`, `.quotaExceeded`, `.forbidden`.
    @discardableResult
    public func apply(
        _ object: JSONValue, as resource: APIResource, in namespace: String? = nil, options: ApplyOptions = ApplyOptions()
    ) async throws -> JSONValue {
        var query = [("fieldManager", options.manager), ("force", options.force ? "true" : "false")]
        if options.dryRun { query.append(("dryRun", "All")) }
        let path = path(resource, namespace ?? object.at("metadata", "namespace")?.text, try name(of: object))
        return try await send(
            Request(
                // JSON is YAML.
                method: "PATCH", path: path + Query.text(query), body: object, contentType: "application/apply-patch+yaml",
                repeatability: .safe))
    }

    /// Changes a part of an object. Returns the object as it is then.
    ///
    /// - Parameter subresource: `scale`, `status`; nil: the object itself.
    @discardableResult
    public func patch(
        _ resource: APIResource, _ name: String, _ kind: PatchKind, _ change: JSONValue, in namespace: String? = nil,
        subresource: String? = nil, dryRun: Bool = false
    ) async throws -> JSONValue {
        let query = [("fieldManager", Self.fieldManager)] + (dryRun ? [("dryRun", "All")] : [])
        return try await send(
            Request(
                method: "PATCH", path: path(resource, namespace, name, subresource: subresource) + Query.text(query),
                body: change,
                contentType: kind.rawValue,
                // An operation may add to a list.
                repeatability: kind == .operations ? .unsafe : .safe))
    }

    /// How many replicas are wanted of a Deployment, a StatefulSet, or what else has a `scale`.
    public func scale(_ resource: APIResource, _ name: String, in namespace: String? = nil) async throws -> Int {
        let answer = try await get(path: path(resource, namespace, name, subresource: "scale"))
        // None is written as no field.
        return answer.at("spec", "replicas")?.integer ?? 0
    }

    /// Says how many replicas are wanted.
    public func setScale(_ resource: APIResource, _ name: String, to replicas: Int, in namespace: String? = nil) async throws {
        try await patch(
            resource, name, .merge, .object(["spec": .object(["replicas": .integer(replicas)])]), in: namespace,
            subresource: "scale")
    }
}
