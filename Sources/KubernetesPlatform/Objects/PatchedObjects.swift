import FleetModel
import JSONText

/// Applies a manifest's patches.
enum PatchedObjects {
    /// The objects with the patches, in their order.
    ///
    /// Throws ``RenderingError`` for a patch that meets no object, or changes what an object is known by.
    static func patch(
        _ objects: [KubernetesObject], with patches: [KubernetesPatch]
    ) throws(RenderingError) -> [KubernetesObject] {
        var objects = objects
        for (index, patch) in patches.enumerated() {
            let path = "kubernetes.patches[\(index)]"
            let places = objects.indices.filter { place in
                objects[place].kind == patch.kind && (patch.name == nil || patch.name == objects[place].name)
            }
            guard !places.isEmpty else { throw unmet(patch, path, objects) }
            let value = try read(patch, path)
            for place in places { objects[place] = try patched(objects[place], value, path) }
        }
        return objects
    }

    private static func read(_ patch: KubernetesPatch, _ path: String) throws(RenderingError) -> JSONValue {
        do throws(JSONProblem) {
            return try JSONReader.read(Array(patch.json.utf8))
        } catch {
            throw RenderingError(.patch, path, "\(error)")
        }
    }

    private static func patched(
        _ object: KubernetesObject, _ patch: JSONValue, _ path: String
    ) throws(RenderingError) -> KubernetesObject {
        let patched: KubernetesObject
        do throws(StrategicMerge.Problem) {
            patched = KubernetesObject(json: try StrategicMerge.merge(object.json, patch))
        } catch {
            throw RenderingError(.patch, [path, error.path].filter { !$0.isEmpty }.joined(separator: "."), error.reason)
        }
        let marks = [
            ObjectNames.instanceLabel, ObjectNames.managerLabel, ObjectNames.componentLabel, ObjectNames.clusterLabel,
            "app.kubernetes.io/part-of",
        ]
        let isKnown =
            patched.kind == object.kind && patched.apiVersion == object.apiVersion && patched.name == object.name
            && patched.namespace == object.namespace && marks.allSatisfy { patched.labels[$0] == object.labels[$0] }
        guard isKnown else {
            throw RenderingError(
                .patch, path,
                "changes what \(object.kind) \(object.name) is known by: its kind, name, namespace, or labels of beamctl's")
        }
        return patched
    }

    private static func unmet(_ patch: KubernetesPatch, _ path: String, _ objects: [KubernetesObject]) -> RenderingError {
        let what = patch.kind + (patch.name.map { " \($0)" } ?? "")
        let ofKind = objects.filter { $0.kind == patch.kind }.map(\.name)
        var kinds: [String] = []
        for object in objects where !kinds.contains(object.kind) { kinds.append(object.kind) }
        let there = ofKind.isEmpty ? "there are \(kinds.joined(separator: ", "))" : "there is \(ofKind.joined(separator: ", "))"
        return RenderingError(.patch, path, "changes nothing: there is no \(what) among what is rendered; \(there)")
    }
}
