public import FleetModel
import JSONText
import KubernetesClient

/// What a deploy would change of one object.
public struct ObjectDifference: Hashable, Sendable {
    /// `Deployment/shop`.
    public var object: String
    /// The object as it is, as YAML; nil: there is none.
    public var before: String?
    /// The object as it would be; nil: it would go.
    public var after: String?
}

extension ClusterPlatform {
    /// What a deploy would change, as the server says that it would be (a dry run). Nothing is written. Values of secrets are left out.
    public func difference(_ request: DeployRequest) async throws -> [ObjectDifference] {
        try await translating {
            let key = AppKey(namespace: request.namespace, app: request.spec.app)
            let (app, set) = try await explaining(key) { (try await kept(key), try await keptSettings(key)) }
            let number = app?.nextNumber ?? 1
            let revision = Revision(
                number: number, release: request.release, spec: request.spec, settings: set.settings, origin: request.origin,
                createdAt: .present)
            let deployment = Deployment(
                key: key, revision: number, generation: app?.deployment.generation ?? 0,
                scale: request.spec.processes.mapValues(\.replicas), rollout: request.spec.rollout)
            let cookies = try await object(.secrets, StateNames.cookie(request.spec.clusterName), in: key.namespace)
            // Before the first deploy there is no cookie: any stands for it.
            let cookie = cookies.flatMap(KeptCookie.init) ?? KeptCookie(cookie: "none", key: "none")
            let rendered = try WantedObjects.render(
                deployment, revision, secrets: try set.values(of: set.settings), cookie: cookie,
                served: try await servedVersions())
            return try await withThrowingTaskGroup(of: (Int, ObjectDifference?).self) { group in
                for (place, object) in rendered.objects.enumerated() where object.kind != "Job" {
                    group.addTask { (place, try await difference(of: object)) }
                }
                var all: [(Int, ObjectDifference?)] = []
                for try await one in group { all.append(one) }
                return all.sorted { $0.0 < $1.0 }.compactMap(\.1)
            }
        }
    }

    private func difference(of object: KubernetesObject) async throws -> ObjectDifference? {
        guard let resource = APIResource(of: object), let namespace = object.namespace else { return nil }
        let there = try await self.object(resource, object.name, in: namespace)
        let planned = KubernetesObject(
            json: try await client.apply(
                object.json, as: resource, in: namespace, options: ApplyOptions(force: true, dryRun: true)))
        let (before, after) = (there.map(Self.shown), Self.shown(planned))
        return before == after ? nil : ObjectDifference(object: object.reference, before: before, after: after)
    }

    /// An object without what the server counts by itself, and without what is secret.
    private static func shown(_ object: KubernetesObject) -> String {
        guard case .object(var members) = object.json, case .object(var metadata)? = members["metadata"] else { return "" }
        for key in ["managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink"] {
            metadata[key] = nil
        }
        if case .object(var annotations)? = metadata["annotations"] {
            // Each deploy has its own: they say nothing of what runs.
            for key in [ObjectNames.revisionAnnotation, "kubernetes.io/change-cause", "deployment.kubernetes.io/revision"] {
                annotations[key] = nil
            }
            metadata["annotations"] = annotations.isEmpty ? nil : .object(annotations)
        }
        members["metadata"] = .object(metadata)
        members["status"] = nil
        if object.kind == "Secret", let data = members["data"]?.texts {
            members["data"] = JSONValue(data.mapValues { _ in Redactor.mark })
        }
        return YAMLText.text(of: [.object(members)])
    }
}
