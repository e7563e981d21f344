import FleetModel
import JSONText

/// What a deployment is rendered as: pure.
enum WantedObjects {
    /// The objects of a revision, as a deployment wants it: so many replicas, of its generation.
    ///
    /// - Parameters:
    ///   - secrets: The values of the app's secrets.
    static func render(
        _ deployment: Deployment, _ revision: Revision, secrets: [String: String], cookie: KeptCookie?, served: ServedVersions
    ) throws -> AppObjects {
        var rendered = try AppObjects.render(
            RenderingRequest(
                spec: scaled(revision.spec, deployment), release: ReleaseFacts(revision.release.description),
                image: revision.release.image ?? "", namespace: deployment.key.namespace,
                settings: revision.settings ?? Settings(),
                secrets: .values(env: secrets, cookie: cookie?.cookie, key: cookie?.key ?? ""),
                revision: RevisionFacts(number: revision.number, origin: revision.origin), served: served))
        if deployment.generation > 0 {
            for place in rendered.objects.indices where rendered.objects[place].isWorkload {
                rendered.objects[place].annotateTemplate(StateNames.generationAnnotation, "\(deployment.generation)")
            }
        }
        return rendered
    }

    /// The manifest with the numbers of replicas that are wanted now. What is stopped has none, and no autoscaler that would make some.
    private static func scaled(_ spec: AppSpec, _ deployment: Deployment) -> AppSpec {
        var spec = spec
        for name in spec.processes.keys {
            spec.processes[name]?.replicas = deployment.wanted(name)
            if deployment.intent != .run { spec.processes[name]?.autoscale = nil }
        }
        return spec
    }
}

/// The cookie of a cluster, and what the names of Secrets are made with.
struct KeptCookie: Equatable {
    var cookie: String
    var key: String
}

extension KubernetesObject {
    /// Whether pods are made from it that stay.
    var isWorkload: Bool { kind == "Deployment" || kind == "StatefulSet" }

    /// Sets an annotation of the pods that are made from it.
    mutating func annotateTemplate(_ key: String, _ value: String) {
        var annotations = json.at("spec", "template", "metadata", "annotations")?.texts ?? [:]
        annotations[key] = value
        json.set(["spec", "template", "metadata", "annotations"], JSONValue(annotations))
    }
}

extension JSONValue {
    /// Sets a member of objects within each other.
    mutating func set(_ path: ArraySlice<String>, _ value: JSONValue) {
        guard let key = path.first else {
            self = value
            return
        }
        guard case .object(var members) = self else { return }
        var member = members[key] ?? [:]
        member.set(path.dropFirst(), value)
        members[key] = member
        self = .object(members)
    }
}
