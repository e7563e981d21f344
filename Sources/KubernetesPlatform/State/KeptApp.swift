import FleetModel
import JSONText

/// What the cluster keeps of an app: what is wanted, and the revisions.
struct KeptApp {
    /// What is wanted.
    var deployment: Deployment
    /// The `resourceVersion` of what says so: it is changed only as long as it has that.
    var resourceVersion: String?
    /// The revisions, oldest first.
    var revisions: [Revision]
    /// The ConfigMaps and Secrets that revisions run with, by the revision's number: `ConfigMap/name`.
    var objects: [Int: Set<String>]

    /// The wanted revision. Throws `failed` when it is not kept.
    func wanted() throws -> Revision {
        guard let revision = revisions.first(where: { $0.number == deployment.revision }) else {
            throw PlatformError(
                .failed,
                "the cluster keeps no revision \(deployment.revision) of '\(deployment.key.app)', which is the wanted one",
                hint: "beamctl deploy makes another")
        }
        return revision
    }

    /// The revision that a request has made already.
    func made(by request: DeployRequest) -> Revision? {
        request.id.flatMap { id in revisions.last { $0.request == id } }
    }

    var nextNumber: Int { max(revisions.last?.number ?? 0, deployment.revision) + 1 }

    /// The apps that some ConfigMaps describe.
    static func read(_ maps: [KubernetesObject]) -> [KeptApp] {
        var revisions: [AppKey: [(Revision, Set<String>)]] = [:]
        var deployments: [(Deployment, String?)] = []
        for map in maps {
            let data = map.json["data"]
            switch map.labels[StateNames.kindLabel].flatMap(StateNames.Kind.init) {
            case .revision:
                guard let key = map.key, let revision = revision(map) else { continue }
                revisions[key, default: []].append(
                    (revision, Set(StateText.value([String].self, map.annotations[StateNames.objectsAnnotation]) ?? [])))
            case .deployment:
                guard let deployment = StateText.value(Deployment.self, data?["deployment.json"]?.text) else { continue }
                deployments.append((deployment, map.resourceVersion))
            default: continue
            }
        }
        return deployments.map { deployment, version in
            let own = (revisions[deployment.key] ?? []).sorted { $0.0.number < $1.0.number }
            return KeptApp(
                deployment: deployment, resourceVersion: version, revisions: own.map(\.0),
                objects: Dictionary(own.map { ($0.0.number, $0.1) }) { first, _ in first })
        }.sorted { $0.deployment.key < $1.deployment.key }
    }

    private static func revision(_ map: KubernetesObject) -> Revision? {
        var revision = StateText.value(Revision.self, map.json.at("data", "revision.json")?.text)
        revision?.completedAt = map.annotations[StateNames.completedAnnotation].flatMap { Timestamp(rfc3339: $0.utf8) }
        return revision
    }
}

extension KubernetesObject {
    /// The app that it belongs to.
    var key: AppKey? {
        guard let namespace, let app = labels[ObjectNames.instanceLabel] else { return nil }
        return AppKey(namespace: namespace, app: app)
    }
}

extension Revision {
    /// The immutable ConfigMap that keeps it.
    ///
    /// - Parameter objects: The ConfigMaps and Secrets that it runs with.
    func object(_ key: AppKey, objects: [KubernetesObject]) throws -> KubernetesObject {
        var kept = self
        kept.completedAt = nil
        let names = objects.filter(\.isContent).map(\.reference).sorted()
        return KubernetesObject(
            "v1", "ConfigMap", name: StateNames.revision(key.app, number), namespace: key.namespace,
            labels: StateNames.labels(key.app, .revision),
            annotations: [
                ObjectNames.revisionAnnotation: "\(number)", StateNames.objectsAnnotation: try StateText.text(names),
            ], ["data": ["revision.json": .string(try StateText.text(kept))], "immutable": true])
    }
}

extension Deployment {
    /// The ConfigMap that says what is wanted.
    func object(resourceVersion: String?) throws -> KubernetesObject {
        var object = KubernetesObject(
            "v1", "ConfigMap", name: StateNames.deployment(key.app), namespace: key.namespace,
            labels: StateNames.labels(key.app, .deployment), ["data": ["deployment.json": .string(try StateText.text(self))]])
        if let resourceVersion { object.setMetadata("resourceVersion", .string(resourceVersion)) }
        return object
    }
}

extension KubernetesObject {
    /// Whether it holds what pods run with, and is named by its content.
    var isContent: Bool { (kind == "ConfigMap" || kind == "Secret") && json["immutable"]?.isTrue == true }

    /// `ConfigMap/name`: what it is called among the objects of a namespace.
    var reference: String { "\(kind)/\(name)" }

    mutating func setMetadata(_ key: String, _ value: JSONValue?) {
        guard case .object(var members) = json, case .object(var metadata)? = members["metadata"] else { return }
        metadata[key] = value
        members["metadata"] = .object(metadata)
        json = .object(members)
    }
}
