import FleetModel
import FleetStore
import Testing

@testable import LocalPlatform

@Suite("fleet: from one state to another")
struct RolloutTests {
    @Test("a second revision takes over one by one: never fewer ready than wanted, never more than one too many")
    func secondRevision() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request())
        let old = try await daemon.complete().replicas.map(\.name)
        let seen = Task { [fleet = daemon.fleet] in
            var fewest = Int.max
            for await status in try await fleet.watch(Sample.key) {
                fewest = min(fewest, status.rollout.ready)
                if status.deployment.revision == 2 && status.rollout.isComplete { break }
            }
            return fewest
        }
        _ = try await daemon.fleet.deploy(Sample.request())
        let new = try await daemon.complete().replicas
        #expect(new.map(\.revision) == [2, 2, 2])
        #expect(Set(new.map(\.name)).isDisjoint(with: old))
        #expect(try await seen.value >= 3)
        let machine = bench.machine.now
        #expect(machine.stops.sorted() == old.sorted())
        #expect(machine.servingAfterStop == [3, 3, 3])
        #expect(machine.mostRunning == 4)
        #expect(machine.violations == [])
    }

    @Test("with one missing allowed and none too many, as many as wanted run at most and one fewer serves at least")
    func noSurge() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        let spec = Sample.spec(rollout: RolloutSpec(maxSurge: .count(0), maxUnavailable: .count(1)))
        _ = try await daemon.fleet.deploy(Sample.request(spec))
        try await daemon.complete()
        _ = try await daemon.fleet.deploy(Sample.request(spec))
        try await daemon.complete()
        #expect(bench.machine.now.mostRunning == 3)
        #expect(bench.machine.now.servingAfterStop == [2, 2, 2])
    }

    @Test("a revision that does not come up costs no replica that serves, and the next one repairs it")
    func badRevision() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request())
        let good = try await daemon.complete().replicas.map(\.name)
        bench.machine.change { $0.manners.startFailure = "no such release" }
        _ = try await daemon.fleet.deploy(Sample.request())
        let status = try await daemon.status("the failure") { $0.replicas.contains { $0.reason == "no such release" } }
        #expect(status.rollout.ready == 3)
        #expect(good.allSatisfy { name in status.replicas.contains { $0.name == name && $0.phase == .ready } })
        bench.machine.change { $0.manners.startFailure = nil }
        _ = try await daemon.fleet.deploy(Sample.request())
        #expect(try await daemon.complete().replicas.map(\.revision) == [3, 3, 3])
        #expect(bench.machine.now.servingAfterStop.allSatisfy { $0 >= 3 })
    }

    @Test("scaling up adds, scaling down ends the youngest, and slots are used again")
    func scale() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let first = try await daemon.complete().replicas
        bench.clock.advance(by: .seconds(1))
        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 4)
        #expect(try await daemon.complete().replicas.count == 4)
        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 1)
        #expect(try await daemon.complete().replicas.map(\.name) == first.map(\.name))
        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 2)
        #expect(try await daemon.complete().replicas.map(\.slot.address) == ["127.94.0.11", "127.94.0.12"])
        #expect(bench.machine.now.violations == [])
    }

    @Test("a restart replaces every replica by one of the same revision")
    func restart() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        let old = try await daemon.complete().replicas.map(\.name)
        _ = try await daemon.fleet.restart(Sample.key)
        let new = try await daemon.complete().replicas
        #expect(Set(new.map(\.name)).isDisjoint(with: old))
        #expect(new.map(\.revision) == [1, 1])
        #expect(bench.machine.now.servingAfterStop == [2, 2])
    }

    @Test("a stop ends every replica with the manifest's grace, forgets nothing, and a restart brings all back")
    func stop() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2, grace: 17)))
        try await daemon.complete()
        // A start that is told after the stop has the stop told again, which does no harm.
        try await daemon.status("each is known by its process") { $0.replicas.allSatisfy { $0.pid != nil } }
        try await daemon.fleet.stop(Sample.key)
        await daemon.fleet.untilNone(Sample.key)
        #expect(bench.machine.now.running == [])
        // One that was told just when it started may be told once more.
        #expect(Set(bench.machine.now.stops).count == 2 && Set(bench.machine.now.graces) == [.seconds(17)])
        #expect(try bench.written().revisions[Sample.key]?.count == 1)
        #expect(try await daemon.fleet.status(of: Sample.key).rollout.isComplete)
        _ = try await daemon.fleet.restart(Sample.key)
        #expect(try await daemon.complete().replicas.count == 2)
    }

    @Test("a destroy ends every replica and leaves nothing in the store")
    func destroy() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request())
        try await daemon.complete()
        try await daemon.fleet.destroy(Sample.key)
        try await daemon.gone()
        #expect(bench.machine.now.beams.isEmpty)
        let written = try bench.written()
        #expect(written.deployments == [] && written.revisions == [:] && written.replicas == [])
        #expect(await daemon.fleet.list(namespace: nil) == [])
    }

    @Test("a destroy removes the releases that no other app needs, each once")
    func releases() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        let other = AppKey(app: "other")
        for digest in ["a1", "b2", "c3"] {
            _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1), digest: digest))
        }
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec("other", web: 1), digest: "b2"))
        try await daemon.complete()
        try await daemon.complete(other)
        try await daemon.fleet.destroy(Sample.key)
        try await daemon.gone()
        #expect(bench.machine.now.removedReleases.sorted() == ["a1", "c3"])
        try await daemon.fleet.destroy(other)
        try await daemon.gone(other)
        #expect(bench.machine.now.removedReleases.sorted() == ["a1", "b2", "c3"])
    }

    @Test("who waits for the end of a destroy is not told before the last BEAM has ended")
    func destroyIsWaitedFor() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.obeysStop = false }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let name = try await daemon.complete().replicas[0].name
        try await daemon.fleet.destroy(Sample.key)
        let machine = bench.machine
        async let runningThen: [String] = {
            await daemon.fleet.untilNone(Sample.key)
            return machine.now.running
        }()
        try await machine.until("the stop") { $0.stops == [name] }
        machine.end(name, code: 0)
        #expect(await runningThen == [], "untilNone returned while a BEAM was running")
    }

    @Test("stopping everything ends all apps and keeps what is wanted of them")
    func stopEverything() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec("other", web: 1)))
        try await daemon.complete()
        try await daemon.complete(AppKey(app: "other"))
        #expect(await daemon.fleet.stopEverything())
        #expect(bench.machine.now.running == [])
        #expect(try bench.written().deployments.map(\.scale["web"]).compactMap(\.self).sorted() == [1, 2])
    }
}
