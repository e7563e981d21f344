/// How far a rollout has come, over all processes of an app.
public struct RolloutProgress: Hashable, Codable, Sendable {
    /// Replicas that are wanted.
    public var wanted: Int
    /// Replicas of the wanted revision and generation.
    public var updated: Int
    /// Those of them that are ready.
    public var updatedReady: Int
    /// Replicas of whatever revision that are ready.
    public var ready: Int
    /// Replicas that are there, ending ones among them.
    public var live: Int

    /// Counts the replicas of a deployment.
    public init(_ deployment: Deployment, replicas: [Replica]) {
        let planner = RolloutPlanner(deployment)
        let current = replicas.filter { planner.isCurrent($0) && !$0.phase.isLeaving }
        wanted = deployment.scale.keys.reduce(0) { $0 + deployment.wanted($1) }
        updated = current.count
        updatedReady = current.count { $0.phase == .ready }
        ready = replicas.count { $0.phase == .ready }
        live = replicas.count
    }

    /// Whether exactly what is wanted is there, and ready.
    public var isComplete: Bool { updatedReady == wanted && live == wanted }
}
