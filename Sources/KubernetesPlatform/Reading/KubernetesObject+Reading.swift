import FleetModel
import JSONText

extension JSONValue {
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
