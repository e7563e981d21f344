public import FleetModel

/// The names, labels and annotations of an app's objects.
///
/// The process `web` has the app's own name, any other `<app>-<process>`, so that a plain app's nodes are `app-0.app-peers…`. Objects
/// are known as the app's by `app.kubernetes.io/instance`; what the apps of a cluster share has `beamctl.com/cluster` alone.
public struct ObjectNames: Hashable, Sendable {
    /// What beamctl's own labels and annotations begin with.
    public static let prefix = "beamctl.com/"
    /// The field manager of all that is applied.
    public static let fieldManager = "beamctl"
    /// The label of whose object it is: the app's name.
    public static let instanceLabel = "app.kubernetes.io/instance"
    /// The label of the process that it is of.
    public static let componentLabel = "app.kubernetes.io/component"
    /// The label of who looks after it: `beamctl`.
    public static let managerLabel = "app.kubernetes.io/managed-by"
    /// The label of the cluster that pods mesh in.
    public static let clusterLabel = prefix + "cluster"
    /// The label of pods that serve HTTP.
    public static let httpLabel = prefix + "http"
    /// The label of the environment of the manifest.
    public static let environmentLabel = prefix + "environment"
    /// The annotation of the revision's number.
    public static let revisionAnnotation = prefix + "revision"
    /// The annotation of who deployed.
    public static let userAnnotation = prefix + "deployed-by"
    /// The annotation of the commit; one that was changed since has `-dirty` behind it.
    public static let commitAnnotation = prefix + "commit"

    let app: String
    let cluster: String
    private let spec: AppSpec
    private let version: String?

    /// The names of an app.
    ///
    /// - Parameter version: The release's version.
    public init(_ spec: AppSpec, version: String? = nil) {
        self.spec = spec
        self.version = version
        app = spec.app
        cluster = spec.clusterName
    }

    /// The Deployment or StatefulSet of a process, and its disruption budget, autoscaler and network policy.
    public func workload(_ process: String) -> String { process == AppSpec.plainProcess ? app : "\(app)-\(process)" }

    /// The Service over the ready replicas that serve HTTP.
    public var service: String { app }

    /// The Service of one process, where there is one.
    func service(of process: String) -> String { "\(app)-\(process)" }

    /// The headless Service over all live nodes of the cluster.
    public var peers: String { "\(cluster)-peers" }

    /// The Job of a revision's release command.
    public func job(_ mark: String) -> String { "\(app)-release-\(mark)" }

    /// The name under which all nodes are found by DNS.
    public func peersHost(in namespace: String) -> String { "\(peers).\(namespace).svc.\(spec.kubernetes.clusterDomain)" }

    /// The labels by which the pods of a process are selected; they never change.
    public func selector(_ process: String) -> [String: String] {
        [Self.instanceLabel: app, Self.componentLabel: process]
    }

    /// The labels of an object of the app.
    func labels(_ component: String? = nil, ofRelease: Bool = false) -> [String: String] {
        var labels = spec.kubernetes.labels.merging([
            "app.kubernetes.io/name": app, Self.instanceLabel: app, Self.managerLabel: Self.fieldManager,
            "app.kubernetes.io/part-of": cluster,
        ]) { _, own in own }
        labels[Self.componentLabel] = component
        labels[Self.environmentLabel] = spec.environment?.name
        if ofRelease, let version { labels["app.kubernetes.io/version"] = KubernetesName.label(from: version) }
        return labels
    }

    /// The labels of the pods of a process.
    func podLabels(_ process: String) -> [String: String] {
        var labels = labels(process, ofRelease: true)
        if spec.cluster.discovery != .none { labels[Self.clusterLabel] = cluster }
        if spec.processes[process]?.http != nil { labels[Self.httpLabel] = "true" }
        return labels
    }

    /// The labels of what the apps of a cluster share: the same whichever of them it is rendered for. Where the cluster is one app's
    /// alone they are the app's.
    func sharedLabels() -> [String: String] {
        guard spec.cluster.name != nil else { return labels().merging([Self.clusterLabel: cluster]) { _, own in own } }
        return [Self.managerLabel: Self.fieldManager, "app.kubernetes.io/part-of": cluster, Self.clusterLabel: cluster]
    }

    /// The annotations of an object of the app.
    func annotations() -> [String: String] { spec.kubernetes.annotations }
}
