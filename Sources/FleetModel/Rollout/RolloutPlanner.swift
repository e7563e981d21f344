/// Decides which replicas of one process to make and which to end: a pure function of what is wanted and what there is.
///
/// The bounds are Kubernetes': never more than `replicas + maxSurge` that live, never fewer than `replicas - maxUnavailable`
/// that are ready, so far as this planner has a choice. Run again after each change, it goes on wherever it was interrupted.
public struct RolloutPlanner: Sendable {
    /// One step of a rollout.
    public enum Action: Hashable, Sendable {
        /// Make so many replicas of the wanted revision.
        case create(process: String, count: Int)
        /// End this replica.
        case stop(replica: String, reason: String)
    }

    private let deployment: Deployment

    /// Plans for what this deployment wants.
    public init(_ deployment: Deployment) {
        self.deployment = deployment
    }

    /// The steps that may be taken now, for all processes; processes that are no longer wanted are ended.
    public func plan(_ replicas: [Replica]) -> [Action] {
        let byProcess = Dictionary(grouping: replicas) { $0.process }
        let processes = Set(deployment.scale.keys).union(byProcess.keys).sorted()
        return processes.flatMap { process in
            plan(process, wanted: deployment.wanted(process), replicas: byProcess[process] ?? [])
        }
    }

    /// Whether a replica is of the wanted revision and generation.
    public func isCurrent(_ replica: Replica) -> Bool {
        replica.revision == deployment.revision && replica.generation == deployment.generation
    }

    private func plan(_ process: String, wanted: Int, replicas: [Replica]) -> [Action] {
        let staying = replicas.filter { !$0.phase.isLeaving }
        let current = staying.filter(isCurrent)
        let old = staying.filter { !isCurrent($0) }
        let surplus = Self.leastUseful(current, count: current.count - wanted)
        let bounds = deployment.rollout.bounds(replicas: wanted)

        let room = wanted + bounds.surge - (replicas.count - surplus.count)
        let missing = min(wanted - (current.count - surplus.count), max(room, 0))
        let readyAfterwards = staying.count { $0.phase == .ready } - surplus.count { $0.phase == .ready }
        let ended = endable(old, ready: readyAfterwards, floor: max(wanted - bounds.unavailable, 0))

        return (missing > 0 ? [.create(process: process, count: missing)] : [])
            + surplus.map { .stop(replica: $0.name, reason: deployment.intent == .run ? "scaled to \(wanted)" : "stopped") }
            + ended.map { .stop(replica: $0.name, reason: "replaced by revision \(deployment.revision)") }
    }

    /// The old replicas that may end now: those that are not ready cost nothing; of the ready ones, as many as the floor allows.
    private func endable(_ old: [Replica], ready: Int, floor: Int) -> [Replica] {
        let idle = old.filter { $0.phase != .ready }
        let serving = old.filter { $0.phase == .ready }.sorted(by: Self.isOlder)
        return idle.sorted(by: Self.isOlder) + serving.prefix(max(ready - floor, 0))
    }

    /// The replicas to end first when there are too many: those that are not ready, then the youngest.
    private static func leastUseful(_ replicas: [Replica], count: Int) -> [Replica] {
        guard count > 0 else { return [] }
        let ordered = replicas.sorted { left, right in
            let (leftReady, rightReady) = (left.phase == .ready, right.phase == .ready)
            return leftReady == rightReady ? isOlder(right, left) : rightReady
        }
        return Array(ordered.prefix(count))
    }

    private static func isOlder(_ left: Replica, _ right: Replica) -> Bool {
        (left.createdAt, left.name) < (right.createdAt, right.name)
    }
}
