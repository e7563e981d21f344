/// An app as a platform sees it at one moment.
public struct AppStatus: Hashable, Codable, Sendable {
    /// What is wanted.
    public var deployment: Deployment
    /// The wanted revision.
    public var revision: Revision
    /// How far that has come.
    public var rollout: RolloutProgress
    /// Its replicas, by age.
    public var replicas: [Replica]
    /// Who sees whom among its nodes, as last seen; nil without distribution, or before anything was seen.
    public var mesh: MeshReport?
    /// Why the wanted replicas cannot be had, where the reason is no replica's own.
    public var problem: String?
    /// Why nothing is known of its replicas now: what runs them does not answer.
    public var runtimeProblem: String?
    /// Where it is reached from outside, the name that stands in its links first; empty without HTTP, or without an entrance.
    public var urls: [String]?
    /// Why it is not reached there now.
    public var entranceProblem: String?

    /// Makes one.
    public init(deployment: Deployment, revision: Revision, replicas: [Replica], mesh: MeshReport?) {
        self.deployment = deployment
        self.revision = revision
        self.replicas = replicas
        self.mesh = mesh
        rollout = RolloutProgress(deployment, replicas: replicas)
    }
}
