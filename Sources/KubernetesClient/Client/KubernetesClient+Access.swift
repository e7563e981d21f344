import JSONText

/// Something that one may or may not do.
public struct AccessQuestion: Hashable, Sendable {
    /// `get`, `list`, `watch`, `create`, `patch`, `delete`, …
    public var verb: String
    /// Empty for the core group.
    public var group: String
    /// `pods`
    public var resource: String
    /// `exec`, `portforward`, `log`, `scale`; nil: the object itself.
    public var subresource: String?
    /// Nil: in all of them, or of a kind that has none.
    public var namespace: String?
    /// One object; nil: any.
    public var name: String?

    /// Asks.
    public init(
        _ verb: String, _ resource: String, group: String = "", subresource: String? = nil, namespace: String? = nil,
        name: String? = nil
    ) {
        (self.verb, self.resource, self.group) = (verb, resource, group)
        (self.subresource, self.namespace, self.name) = (subresource, namespace, name)
    }
}

extension AccessQuestion: CustomStringConvertible {
    /// `patch deployments.apps in shop`
    public var description: String {
        let kind = resource + (group.isEmpty ? "" : ".\(group)") + (subresource.map { "/\($0)" } ?? "")
        return "\(verb) \(kind)" + (name.map { " \($0)" } ?? "") + (namespace.map { " in \($0)" } ?? "")
    }
}

extension KubernetesClient {
    /// Whether we may do something (SelfSubjectAccessReview).
    public func may(_ question: AccessQuestion) async throws -> Bool {
        var attributes: [String: JSONValue] = [
            "verb": .string(question.verb), "group": .string(question.group), "resource": .string(question.resource),
        ]
        attributes["subresource"] = question.subresource.map { .string($0) }
        attributes["namespace"] = question.namespace.map { .string($0) }
        attributes["name"] = question.name.map { .string($0) }
        let review: JSONValue = .object([
            "apiVersion": .string("authorization.k8s.io/v1"), "kind": .string("SelfSubjectAccessReview"),
            "spec": .object(["resourceAttributes": .object(attributes)]),
        ])
        // It keeps nothing: asking twice is the same as once.
        let answer = try await send(
            Request(
                method: "POST", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body: review,
                repeatability: .safe))
        return answer.at("status", "allowed") == .bool(true)
    }

    /// Those of some things that we may not do, in their order; asked all at once.
    public func missing(_ questions: [AccessQuestion]) async throws -> [AccessQuestion] {
        try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            for (index, question) in questions.enumerated() { group.addTask { (index, try await may(question)) } }
            var denied: Set<Int> = []
            for try await (index, isAllowed) in group where !isAllowed { denied.insert(index) }
            return questions.indices.filter(denied.contains).map { questions[$0] }
        }
    }
}
