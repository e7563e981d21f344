import FleetModel
import FleetStore
import ProcessTree
import Synchronization
import Testing

@testable import LocalPlatform

@Suite("fleet: after the daemon's death")
struct RecoveryTests {
    /// A daemon has three replicas ready, and dies. A node may answer before its keeper has told the process id: both are waited for.
    private func threeOrphans() async throws -> (Bench, [Replica]) {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request())
        let replicas = try await daemon.status("three ready replicas whose process ids are known") {
            $0.rollout.isComplete && $0.replicas.allSatisfy { $0.pid != nil }
        }.replicas
        await daemon.die()
        return (bench, replicas)
    }

    @Test("replicas that run are adopted as they are: nothing is started, nothing counted")
    func adopted() async throws {
        let (bench, before) = try await threeOrphans()
        let daemon = try await bench.daemon()
        let after = try await daemon.status("a full mesh again") { $0.mesh?.full == true && $0.rollout.isComplete }
        #expect(after.replicas == before)
        #expect(bench.machine.now.starts.count == 3)
        bench.machine.end(before[0].name, code: 1, at: bench.clock.now())
        try await daemon.status("the restart of an adopted one") {
            $0.replicas.contains { $0.restarts == 1 && $0.phase == .ready }
        }
        #expect(bench.machine.now.violations == [])
    }

    @Test("one that ended meanwhile is noted as its keeper wrote it down, started again, and nobody else is disturbed")
    func endedMeanwhile() async throws {
        for dead in 0..<3 {
            let (bench, before) = try await threeOrphans()
            bench.machine.end(before[dead].name, code: 7, at: bench.clock.now())
            let looks = Mutex(0)
            bench.machine.onStep.withLock { onStep in
                onStep = { step in looks.withLock { $0 += step.hasPrefix("a look at the ports") ? 1 : 0 } }
            }
            let daemon = try await bench.daemon()
            let after = try await daemon.complete()
            #expect(after.replicas.map(\.name) == before.map(\.name))
            let again = try #require(after.replicas.first { $0.name == before[dead].name })
            #expect(again.lastExit?.code == 7 && again.restarts == 1 && again.failures == 1)
            #expect(bench.machine.now.starts.count == 4, "nothing but the one that ended is started")
            #expect(bench.machine.now.stops == [])
            #expect(looks.withLock { $0 } == 1, "one look, at the slot of the one that starts again: no new replica is made")
        }
    }

    @Test("one whose end nobody wrote down is started again")
    func endedUnseen() async throws {
        let (bench, before) = try await threeOrphans()
        bench.machine.change { state in
            state.beams[before[2].name]?.isRunning = false
            state.beams[before[2].name]?.exit = nil
        }
        let daemon = try await bench.daemon()
        let after = try await daemon.complete()
        let again = try #require(after.replicas.first { $0.name == before[2].name })
        #expect(again.lastExit?.summary == "an end that nobody saw")
    }

    @Test("one that was written down and never started is started, and that is no failure")
    func absent() async throws {
        let bench = try Bench()
        let store = try FleetStore(path: bench.store)
        let revision = Revision(
            number: 1, release: Sample.release(), spec: Sample.spec(web: 1), origin: RevisionOrigin(user: "tester@here"),
            createdAt: Timestamp(milliseconds: 0))
        try store.save(Deployment(key: Sample.key, revision: 1, scale: ["web": 1]), newRevision: revision)
        try store.save([Sample.replica("hello-web-1-aaaaa")])
        try store.setFact("boot", to: MachineBoot.present ?? "")
        let after = try await bench.daemon().complete()
        #expect(after.replicas.map(\.name) == ["hello-web-1-aaaaa"])
        #expect(after.replicas.map(\.failures) == [0] && after.replicas.map(\.restarts) == [0])
    }

    @Test("a mesh that no node has described yet is not told as one that is split")
    func notHeardYet() async throws {
        let (bench, _) = try await threeOrphans()
        let daemon = try await bench.daemon()
        let first = try await daemon.fleet.status(of: Sample.key).mesh
        #expect(first?.full ?? true)
        _ = try await daemon.status("a whole mesh", of: Sample.key) { $0.mesh?.full == true }
    }

    @Test("after a restart of the machine everything comes back as it was wanted, and nothing counts as a failure")
    func newBoot() async throws {
        let (bench, before) = try await threeOrphans()
        bench.machine.cutPower()
        try FleetStore(path: bench.store).setFact("boot", to: "another boot")
        let after = try await bench.daemon().complete()
        #expect(after.replicas.map(\.name) == before.map(\.name))
        #expect(after.replicas.map(\.failures) == [0, 0, 0])
        #expect(bench.machine.now.starts.count == 6)
        #expect(try FleetStore(path: bench.store).fact("boot") == MachineBoot.present)
    }

    @Test("an app that was stopped stays stopped after a restart of the machine")
    func stoppedAndNewBoot() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.obeysStop = false }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request())
        try await daemon.complete()
        try await daemon.fleet.stop(Sample.key)
        await daemon.die()
        bench.machine.cutPower()
        try FleetStore(path: bench.store).setFact("boot", to: "another boot")
        let later = try await bench.daemon()
        await later.fleet.untilNone(Sample.key)
        #expect(bench.machine.now.starts.count == 3)
        #expect(bench.machine.now.beams.isEmpty)
    }

    @Test("a stop that was asked for is asked for again, and one that has ended meanwhile is forgotten")
    func stopping() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.obeysStop = false }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        let names = try await daemon.complete().replicas.map(\.name)
        try await daemon.fleet.stop(Sample.key)
        try await bench.machine.until("the first stop of both") { $0.stops.count == 2 }
        await daemon.die()
        bench.machine.end(names[0], code: 0)
        let later = try await bench.daemon()
        try await bench.machine.until("a second stop for the one that runs") { $0.stops.count { $0 == names[1] } == 2 }
        bench.machine.end(names[1], code: 0)
        await later.fleet.untilNone(Sample.key)
        #expect(bench.machine.now.beams.isEmpty)
        #expect(try bench.written().replicas == [])
    }

    @Test("a wait is not cut short: neither by the daemon's orderly end nor by a new one")
    func backoff() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let name = try await daemon.complete().replicas[0].name
        for failures in 1...2 {
            bench.machine.end(name, code: 1, at: bench.clock.now())
            try await daemon.status("end \(failures)") {
                $0.replicas[0].failures == failures && ($0.rollout.isComplete || failures == 2)
            }
        }
        await daemon.die()
        #expect(bench.machine.now.starts.count == 2, "a daemon that ends starts what was to wait")
        let later = try await bench.daemon()
        let replica = try await later.fleet.status(of: Sample.key).replicas[0]
        #expect(replica.phase == .backoff && replica.failures == 2)
        #expect(replica.startsAgainAt == bench.clock.now() + .seconds(10))
        #expect(bench.machine.now.starts.count == 2)
    }

    @Test("one that is adopted before its keeper has told that it runs counts no restart")
    func adoptedWhileStarting() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.tellsThatItRuns = false }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        try await bench.machine.until("the start") { $0.starts.count == 1 }
        await daemon.die()
        let later = try await bench.daemon()
        bench.machine.tell(bench.machine.now.starts[0])
        let replica = try await later.complete().replicas[0]
        #expect(replica.restarts == 0)
        #expect(replica.pid == bench.machine.now.beams[replica.name]?.pid)
    }

    @Test("a destroy goes on to its end")
    func destroy() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.obeysStop = false }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        let names = try await daemon.complete().replicas.map(\.name)
        try await daemon.fleet.destroy(Sample.key)
        await daemon.die()
        for name in names { bench.machine.end(name, code: 0) }
        let later = try await bench.daemon()
        try await later.gone()
        #expect(try bench.written().deployments == [])
        #expect(try bench.written().replicas == [])
    }
}
