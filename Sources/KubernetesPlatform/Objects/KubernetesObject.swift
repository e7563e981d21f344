public import JSONText

/// One object, as it is sent to an API server: JSON with `apiVersion`, `kind` and `metadata.name`.
public struct KubernetesObject: Hashable, Sendable {
    /// All of it.
    public var json: JSONValue

    /// Takes a value for an object.
    public init(json: JSONValue) {
        self.json = json
    }

    /// Makes one.
    ///
    /// - Parameters:
    ///   - rest: What stands beside `apiVersion`, `kind` and `metadata`.
    init(
        _ apiVersion: String, _ kind: String, name: String, namespace: String, labels: [String: String],
        annotations: [String: String] = [:], _ rest: [String: JSONValue?]
    ) {
        var metadata: [String: JSONValue] = [
            "name": .string(name), "namespace": .string(namespace), "labels": JSONValue(labels),
        ]
        if !annotations.isEmpty { metadata["annotations"] = JSONValue(annotations) }
        var members = rest.compactMapValues(\.self)
        members["apiVersion"] = .string(apiVersion)
        members["kind"] = .string(kind)
        members["metadata"] = .object(metadata)
        json = .object(members)
    }

    /// Group and version, such as `apps/v1`; empty when there is none.
    public var apiVersion: String { json["apiVersion"]?.text ?? "" }
    /// Its kind, such as `Deployment`; empty when there is none.
    public var kind: String { json["kind"]?.text ?? "" }
    /// Its name; empty when there is none.
    public var name: String { json["metadata"]?["name"]?.text ?? "" }
    /// Its namespace; nil for what belongs to none.
    public var namespace: String? { json["metadata"]?["namespace"]?.text }
    /// Its labels.
    public var labels: [String: String] { json["metadata"]?["labels"]?.texts ?? [:] }
    /// Its annotations.
    public var annotations: [String: String] { json["metadata"]?["annotations"]?.texts ?? [:] }
}

extension JSONValue {
    /// An object of strings.
    init(_ texts: [String: String]) {
        self = .object(texts.mapValues(JSONValue.string))
    }

    /// An object without the members that are nil.
    static func some(_ members: [String: JSONValue?]) -> JSONValue { .object(members.compactMapValues(\.self)) }

    /// An object, or nil when it would be empty.
    static func nonEmpty(_ texts: [String: String]) -> JSONValue? { texts.isEmpty ? nil : JSONValue(texts) }
}
