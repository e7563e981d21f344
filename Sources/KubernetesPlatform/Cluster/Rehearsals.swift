import FleetModel
import Synchronization

/// All that a deploy has to know before its first write, and what it then writes.
struct DeployPlan: Sendable {
    /// What is wanted.
    var deployment: Deployment
    /// The new revision.
    var revision: Revision
    /// The `resourceVersion` of what says what was wanted before; nil: nothing does.
    var resourceVersion: String?
    /// The Secret of the cluster's cookie, where there is none yet.
    var cookie: KubernetesObject?
    /// What the revision runs as.
    var objects: [KubernetesObject]
    /// What is there and belongs to nothing that is wanted or kept.
    var stale: [KubernetesObject]
}

/// Plans of deploys whose configurations are still being tried. They hold for as long as nothing of their app is changed by us; what
/// others change meanwhile is seen when a plan is carried out.
final class Rehearsals: Sendable {
    private struct State {
        var plans: [String: DeployPlan] = [:]
        var changes: [AppKey: Int] = [:]
    }

    private let state = Mutex(State())

    /// How often an app was changed: a plan that was begun before a change is not kept after it.
    func changes(of key: AppKey) -> Int { state.withLock { $0.changes[key] ?? 0 } }

    /// Keeps the plan of a request.
    func keep(_ plan: DeployPlan, of request: String, begunAt changes: Int) {
        state.withLock { state in
            guard state.changes[plan.deployment.key] ?? 0 == changes else { return }
            state.plans[request] = plan
        }
    }

    /// Hands over the plan of a request, once.
    func take(_ request: String) -> DeployPlan? { state.withLock { $0.plans.removeValue(forKey: request) } }

    /// Something of an app was changed.
    func changed(_ key: AppKey) {
        state.withLock { state in
            state.changes[key, default: 0] += 1
            state.plans = state.plans.filter { $0.value.deployment.key != key }
        }
    }
}
