import FleetModel
import JSONText

/// What runs once in the cluster, as one process of ours tells it to another: JSON.
public struct OnceOrder: Sendable {
    /// The namespace.
    let namespace: String
    /// What has to be there before it: applied in this order.
    let needed: [KubernetesObject]
    /// The Job, or the pod, that runs it.
    let object: KubernetesObject

    init(namespace: String, needed: [KubernetesObject], object: KubernetesObject) {
        (self.namespace, self.needed, self.object) = (namespace, needed, object)
    }

    /// One line.
    var text: String {
        let value: JSONValue = [
            "namespace": .string(namespace), "needed": .array(needed.map(\.json)), "object": object.json,
        ]
        return String(decoding: value.bytes, as: UTF8.self) + "\n"
    }

    /// Reads one. Throws ``PlatformError`` `invalid_request` for anything else.
    public init(_ text: String) throws {
        guard let value = try? JSONReader.read(Array(text.utf8)), let namespace = value["namespace"]?.text,
            let object = value["object"]
        else { throw PlatformError(.invalidRequest, "this is no order of beamctl's") }
        self.init(
            namespace: namespace, needed: (value["needed"]?.elements ?? []).map { KubernetesObject(json: $0) },
            object: KubernetesObject(json: object))
    }
}
