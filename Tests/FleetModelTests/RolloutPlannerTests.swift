import FleetModel
import Testing

@Suite("The rollout planner")
struct RolloutPlannerTests {
    @Test("an app without replicas gets all of them at once")
    func firstDeploy() {
        #expect(RolloutPlanner(Sample.deployment()).plan([]) == [.create(process: "web", count: 3)])
    }

    @Test("an app that is as it should be is left alone")
    func settled() {
        let replicas = ["a", "b", "c"].map { Sample.replica($0) }
        #expect(RolloutPlanner(Sample.deployment()).plan(replicas).isEmpty)
    }

    @Test("a new revision comes one replica at a time, and no ready one ends before its successor is ready")
    func oneAtATime() {
        let planner = RolloutPlanner(Sample.deployment(revision: 2))
        let old = ["a", "b", "c"].map { Sample.replica($0) }
        #expect(planner.plan(old) == [.create(process: "web", count: 1)])
        #expect(planner.plan(old + [Sample.replica("d", revision: 2, phase: .starting)]).isEmpty)
        #expect(
            planner.plan(old + [Sample.replica("d", revision: 2)])
                == [.stop(replica: "a", reason: "replaced by revision 2")])
    }

    @Test("an ending replica still takes its place within max_surge")
    func endingCounts() {
        let planner = RolloutPlanner(Sample.deployment(revision: 2))
        let replicas = [
            Sample.replica("a", phase: .stopping), Sample.replica("b"), Sample.replica("c"), Sample.replica("d", revision: 2),
        ]
        #expect(planner.plan(replicas).isEmpty)
    }

    @Test("old replicas that are not ready are ended first and cost nothing")
    func brokenOldOnes() {
        let planner = RolloutPlanner(Sample.deployment(revision: 3))
        let replicas = [
            Sample.replica("a"), Sample.replica("b"), Sample.replica("c"), Sample.replica("d", revision: 2, phase: .backoff),
        ]
        #expect(planner.plan(replicas) == [.stop(replica: "d", reason: "replaced by revision 3")])
    }

    @Test("a revision that never becomes ready replaces nothing")
    func brokenNewOne() {
        let planner = RolloutPlanner(Sample.deployment(revision: 2))
        let replicas = ["a", "b", "c"].map { Sample.replica($0) } + [Sample.replica("d", revision: 2, phase: .backoff)]
        #expect(planner.plan(replicas).isEmpty)
    }

    @Test("scaling down ends those that are not ready, then the youngest")
    func scaleDown() {
        let replicas = [
            Sample.replica("old", age: 30), Sample.replica("broken", phase: .unready, age: 40), Sample.replica("young", age: 10),
        ]
        #expect(
            RolloutPlanner(Sample.deployment(web: 1)).plan(replicas) == [
                .stop(replica: "broken", reason: "scaled to 1"), .stop(replica: "young", reason: "scaled to 1"),
            ])
    }

    @Test("a process that is no longer in the manifest is ended")
    func removedProcess() {
        let replicas = [Sample.replica("w", process: "worker")] + ["a", "b", "c"].map { Sample.replica($0) }
        #expect(RolloutPlanner(Sample.deployment()).plan(replicas) == [.stop(replica: "w", reason: "scaled to 0")])
    }

    @Test("a stopped app has no replica, whatever its scale", arguments: [Deployment.Intent.stop, .destroy])
    func stopped(intent: Deployment.Intent) {
        let plan = RolloutPlanner(Sample.deployment(intent: intent)).plan([Sample.replica("a")])
        #expect(plan == [.stop(replica: "a", reason: "stopped")])
    }

    @Test("when neither surge nor absence is allowed, one may be missing, or nothing could move")
    func fenceposts() {
        let rollout = RolloutSpec(maxSurge: .percent(0), maxUnavailable: .percent(10))
        #expect(rollout.bounds(replicas: 3) == (0, 1))
        let replicas = ["a", "b", "c"].map { Sample.replica($0) }
        #expect(RolloutPlanner(Sample.deployment(revision: 2, rollout: rollout)).plan(replicas).count == 1)
    }

    @Test("shares are rounded up for surge and down for absence")
    func shares() {
        let rollout = RolloutSpec(maxSurge: .percent(25), maxUnavailable: .percent(25))
        #expect(rollout.bounds(replicas: 3) == (1, 0))
        #expect(rollout.bounds(replicas: 10) == (3, 2))
    }
}
