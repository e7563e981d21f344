import FleetModel
import JSONText

extension JSONValue {
    /// The member of an object within objects; nil where there is none, or it is null.
    func at(_ keys: String...) -> JSONValue? {
        var value = self
        for key in keys {
            guard let member = value[key] else { return nil }
            value = member
        }
        return value == .null ? nil : value
    }

    /// The elements of an array; none of what is no array.
    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// A number without a fraction.
    var integer: Int? {
        if case .number(let number) = self { Int(exactly: number) } else { nil }
    }

    /// Whether it is `true`.
    var isTrue: Bool { self == .bool(true) }

    /// A moment as Kubernetes writes it (RFC 3339, UTC).
    var moment: Timestamp? { text.flatMap { Timestamp(rfc3339: $0.utf8) } }
}

extension KubernetesObject {
    /// Who made it, by the ids of its owners.
    var owners: [String] { json.at("metadata", "ownerReferences")?.elements.compactMap { $0["uid"]?.text } ?? [] }
    /// The id that it alone has.
    var uid: String { json.at("metadata", "uid")?.text ?? "" }
    /// What stands for its present content.
    var resourceVersion: String? { json.at("metadata", "resourceVersion")?.text }
    /// When it was made.
    var createdAt: Timestamp? { json.at("metadata", "creationTimestamp")?.moment }
    /// Whether its controller has seen what is wanted now.
    var isObserved: Bool {
        guard let wanted = json.at("metadata", "generation")?.integer else { return true }
        return (json.at("status", "observedGeneration")?.integer ?? 0) >= wanted
    }
    /// A condition of its status.
    func condition(_ type: String) -> JSONValue? {
        json.at("status", "conditions")?.elements.first { $0["type"]?.text == type }
    }
}
