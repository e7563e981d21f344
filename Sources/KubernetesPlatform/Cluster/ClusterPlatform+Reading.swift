import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// The objects of a kind in a namespace, or in all.
    func objects(_ resource: APIResource, _ selector: String, in namespace: String?, fields: String? = nil) async throws
        -> [KubernetesObject]
    {
        let selector = Selector(labels: selector.isEmpty ? nil : selector, fields: fields)
        let list =
            if let namespace {
                try await client.list(resource, selector, in: namespace)
            } else {
                try await client.listEverywhere(resource, selector)
            }
        return list.items.map { KubernetesObject(json: $0) }
    }

    /// An object; nil when there is none.
    func object(_ resource: APIResource, _ name: String, in namespace: String) async throws -> KubernetesObject? {
        do {
            return KubernetesObject(json: try await client.get(resource, name, in: namespace))
        } catch let error as KubernetesError where error.code == .notFound {
            return nil
        }
    }

    /// What is kept of an app; nil when there is none of that name.
    func kept(_ key: AppKey) async throws -> KeptApp? {
        let maps = try await objects(
            .configMaps, StateNames.selector(key.app, [.revision, .deployment]), in: key.namespace)
        return KeptApp.read(maps).first { $0.deployment.key == key }
    }

    /// What is kept of an app. Throws `app_not_found`.
    func keptApp(_ key: AppKey) async throws -> KeptApp {
        guard let kept = try await kept(key) else { throw Self.notFound(key) }
        return kept
    }

    static func notFound(_ key: AppKey) -> PlatformError {
        PlatformError.noApp(key, hint: "beamctl list --on kubernetes shows what there is")
    }

    /// What is set for an app beside its manifest.
    func keptSettings(_ key: AppKey) async throws -> KeptSettings {
        async let env = object(.configMaps, StateNames.env(key.app), in: key.namespace)
        async let secrets = object(.secrets, StateNames.secrets(key.app), in: key.namespace)
        return try KeptSettings(env: await env, secrets: await secrets)
    }

    /// What the server serves, as far as rendering asks for it.
    func servedVersions() async throws -> ServedVersions {
        async let kinds = client.served([])
        async let version = client.version()
        let groups = try await kinds.versions.flatMap { group, versions in versions.map { "\(group)/\($0)" } }
        return ServedVersions(versions: Set(groups), minor: try await version.minor)
    }

    /// The objects that the status of some apps is put together from.
    struct Observed {
        var pods: [KubernetesObject] = []
        var workloads: [KubernetesObject] = []
        var replicaSets: [KubernetesObject] = []
        var controllerRevisions: [KubernetesObject] = []
        var events: [KubernetesObject] = []
    }

    /// - Parameters:
    ///   - app: One app; nil: all of the namespace, or of the cluster.
    func observed(_ app: String?, in namespace: String?, events wantsEvents: Bool) async throws -> Observed {
        let selector = StateNames.selector(app)
        async let pods = objects(.pods, selector, in: namespace)
        async let deployments = objects(.deployments, selector, in: namespace)
        async let statefulSets = objects(.statefulSets, selector, in: namespace)
        async let replicaSets = objects(.replicaSets, selector, in: namespace)
        async let controllerRevisions = objects(.controllerRevisions, selector, in: namespace)
        async let events = wantsEvents ? warnings(in: namespace) : []
        return try await Observed(
            pods: pods, workloads: deployments + statefulSets, replicaSets: replicaSets,
            controllerRevisions: controllerRevisions, events: events)
    }

    /// The warnings of a namespace, the newest last.
    private func warnings(in namespace: String?) async throws -> [KubernetesObject] {
        try await warnings(in: namespace, fields: "type=Warning")
    }

    /// Those of one object.
    func warnings(of object: KubernetesObject) async throws -> [KubernetesObject] {
        try await warnings(in: object.namespace, fields: "type=Warning,involvedObject.uid=\(object.uid)")
    }

    private func warnings(in namespace: String?, fields: String) async throws -> [KubernetesObject] {
        try await objects(.events, "", in: namespace, fields: fields).sorted { Self.time(of: $0) < Self.time(of: $1) }
    }

    private static func time(of event: KubernetesObject) -> Timestamp {
        event.json["lastTimestamp"]?.moment ?? event.json["eventTime"]?.moment ?? event.createdAt ?? Timestamp(milliseconds: 0)
    }
}

extension ClusterState {
    /// An app's part of what was observed.
    init(_ kept: KeptApp, _ observed: ClusterPlatform.Observed) {
        let key = kept.deployment.key
        func own(_ objects: [KubernetesObject]) -> [KubernetesObject] { objects.filter { $0.key == key } }
        self.init(
            deployment: kept.deployment, revisions: kept.revisions, pods: own(observed.pods),
            workloads: own(observed.workloads), replicaSets: own(observed.replicaSets),
            controllerRevisions: own(observed.controllerRevisions), events: observed.events)
    }
}
