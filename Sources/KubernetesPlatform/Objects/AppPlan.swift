import FleetModel
import JSONText

/// What the objects of an app have in common, worked out once.
struct AppPlan {
    let request: RenderingRequest
    let names: ObjectNames
    /// Processes by name.
    let processes: [(name: String, spec: ProcessSpec)]
    /// The Secret that holds the app's secrets; nil when it has none.
    let secretName: String?
    /// The Secret that holds the cluster's cookie; nil when its nodes stand alone.
    let cookieName: String?
    /// Secrets to render.
    let secretObjects: [KubernetesObject]
    /// Whether nodes are named by host names: all of a cluster are, when one of them keeps its own.
    let usesHostNames: Bool

    /// The port of Erlang distribution, in every pod.
    static let distributionPort = 4370
    static let distributionPortName = "dist"
    static let httpPortName = "http"
    static let probePortName = "probe"
    /// The key of the cookie in its Secret.
    static let cookieKey = "cookie"

    var spec: AppSpec { request.spec }
    var isClustered: Bool { spec.cluster.discovery != .none }

    init(_ request: RenderingRequest) throws(RenderingError) {
        self.request = request
        names = ObjectNames(request.spec, version: request.release.version)
        processes = request.spec.processes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        usesHostNames =
            request.spec.cluster.nodeName == .hostname || request.spec.processes.values.contains { $0.identity == .stable }
        let isClustered = request.spec.cluster.discovery != .none
        let wanted = ProcessEnvironment.secrets(request.spec, request.settings)
        switch request.secrets {
        case .references(let env, let cookie):
            secretName = wanted.isEmpty ? nil : env
            cookieName = isClustered ? cookie : nil
            secretObjects = []
        case .values(let env, let cookie, let key):
            var objects: [KubernetesObject] = []
            if wanted.isEmpty {
                secretName = nil
            } else {
                if let missing = wanted.sorted().first(where: { env[$0] == nil }) {
                    throw RenderingError(.secret, "secrets", "the secret \(missing) is not set")
                }
                let object = Self.secret(
                    env.filter { wanted.contains($0.key) }, "\(names.app)-secrets", key, names.labels(), names.annotations(),
                    request)
                secretName = object.name
                objects.append(object)
            }
            if isClustered {
                guard let cookie else { throw RenderingError(.secret, "cluster", "the cluster has no cookie") }
                let object = Self.secret(
                    [Self.cookieKey: cookie], "\(names.cluster)-cookie", key, names.sharedLabels(), [:], request)
                cookieName = object.name
                objects.append(object)
            } else {
                cookieName = nil
            }
            secretObjects = objects
        }
    }

    private static func secret(
        _ values: [String: String], _ name: String, _ key: String, _ labels: [String: String], _ annotations: [String: String],
        _ request: RenderingRequest
    ) -> KubernetesObject {
        let data = StateText.encoded(values)
        return KubernetesObject(
            "v1", "Secret", name: "\(name)-\(ContentHash.of(data, key: key))", namespace: request.namespace, labels: labels,
            annotations: annotations, ["data": data, "immutable": true, "type": "Opaque"])
    }

    /// Whether several processes serve HTTP, each the paths of its own.
    var servesApart: Bool { processes.count { $0.spec.http != nil } > 1 }

    /// The host name by which an app is known.
    var publicHost: String {
        spec.hosts.first ?? "\(names.service).\(request.namespace).svc.\(spec.kubernetes.clusterDomain)"
    }

    /// What an object of the app says of its revision.
    var revisionAnnotations: [String: String] {
        guard let revision = request.revision else { return names.annotations() }
        let commit = revision.origin.commit.map { $0 + (revision.origin.isDirty ? "-dirty" : "") }
        var annotations = names.annotations()
        annotations[ObjectNames.revisionAnnotation] = "\(revision.number)"
        annotations[ObjectNames.userAnnotation] = revision.origin.user
        annotations[ObjectNames.commitAnnotation] = commit
        annotations["kubernetes.io/change-cause"] =
            "beamctl deploy: revision \(revision.number) by \(revision.origin.user)" + (commit.map { ", commit \($0)" } ?? "")
        return annotations
    }

    /// The port of the probes: the first behind that of distribution which the process does not use itself.
    static func probePort(_ process: ProcessSpec) -> Int {
        let taken = Set(process.ports.values + [process.http?.port].compactMap(\.self))
        return (distributionPort + 1...distributionPort + 200).first { !taken.contains($0) } ?? distributionPort + 1
    }

    func object(
        _ apiVersion: String, _ kind: String, _ name: String, process: String? = nil, isRevision: Bool = false,
        annotations: [String: String] = [:], _ rest: [String: JSONValue?]
    ) -> KubernetesObject {
        KubernetesObject(
            apiVersion, kind, name: name, namespace: request.namespace,
            labels: names.labels(process, ofRelease: isRevision),
            annotations: (isRevision ? revisionAnnotations : names.annotations()).merging(annotations) { _, own in own }, rest)
    }
}
