import FleetModel
import Testing

/// Plays rollouts with random worlds: replicas that start slowly, crash, or stop slowly. Whatever the order of events, the bounds
/// hold at every step, and the end is what was wanted.
@Suite("Rollouts in random worlds")
struct RolloutSimulationTests {
    @Test("never more than the surge allows, never fewer ready than promised, and it ends", arguments: 0..<200)
    func randomWorld(seed: Int) {
        var random = SplitMix64(state: UInt64(seed))
        let wanted = Int.random(in: 0...6, using: &random)
        let rollout = RolloutSpec(
            maxSurge: .count(Int.random(in: 0...3, using: &random)), maxUnavailable: .count(Int.random(in: 0...2, using: &random))
        )
        var world = World(
            deployment: Sample.deployment(revision: 2, web: wanted, rollout: rollout),
            replicas: (0..<Int.random(in: 0...6, using: &random)).map { Sample.replica("old-\($0)", revision: 1) })
        let bounds = rollout.bounds(replicas: wanted)
        let mostAtFirst = world.replicas.count
        let floor = min(world.ready, max(wanted - bounds.unavailable, 0))

        for _ in 0..<500 where !world.isSettled {
            let before = world.ready
            world.step()
            #expect(world.replicas.count <= max(mostAtFirst, wanted + bounds.surge))
            // Only the planner's own steps are bound: a floor that a crash broke must merely not be broken further by it.
            #expect(world.ready >= min(before, floor))
            world.happen(using: &random)
        }
        #expect(world.isSettled)
        #expect(RolloutProgress(world.deployment, replicas: world.replicas).isComplete)
    }
}

private struct World {
    let deployment: Deployment
    var replicas: [Replica]
    private var made = 0

    init(deployment: Deployment, replicas: [Replica]) {
        self.deployment = deployment
        self.replicas = replicas
    }

    var ready: Int { replicas.count { $0.phase == .ready } }

    var isSettled: Bool {
        RolloutPlanner(deployment).plan(replicas).isEmpty && RolloutProgress(deployment, replicas: replicas).isComplete
    }

    mutating func step() {
        for action in RolloutPlanner(deployment).plan(replicas) {
            switch action {
            case .create(let process, let count):
                for _ in 0..<count {
                    made += 1
                    replicas.append(
                        Sample.replica(
                            "new-\(made)", revision: deployment.revision, phase: .starting, process: process, age: -Int64(made)))
                }
            case .stop(let name, _):
                guard let index = replicas.firstIndex(where: { $0.name == name }) else { continue }
                replicas[index].phase = .stopping
            }
        }
    }

    mutating func happen(using random: inout SplitMix64) {
        guard !replicas.isEmpty else { return }
        let index = Int.random(in: 0..<replicas.count, using: &random)
        switch (replicas[index].phase, Int.random(in: 0..<10, using: &random)) {
        case (.stopping, 0..<7): replicas.remove(at: index)
        case (.starting, 0..<7), (.backoff, _), (.unready, _): replicas[index].phase = .ready
        case (.starting, _): replicas[index].phase = .backoff
        case (.ready, 0): replicas[index].phase = .unready
        default: break
        }
    }
}

/// A small generator whose runs can be repeated (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
