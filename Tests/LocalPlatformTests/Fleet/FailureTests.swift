import FleetModel
import FleetStore
import Testing

@testable import LocalPlatform

@Suite("fleet: what goes wrong")
struct FailureTests {
    @Test("a BEAM that ends is started again at once the first time, and waits from the second time on")
    func crashes() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let name = try await daemon.complete().replicas[0].name

        bench.machine.end(name, code: 1, at: bench.clock.now())
        let again = try await daemon.status("the restart") { $0.rollout.isComplete && $0.replicas[0].restarts == 1 }
        #expect(again.replicas[0].name == name && again.replicas[0].slot.address == "127.94.0.11")
        #expect(again.replicas[0].lastExit?.code == 1)

        bench.machine.end(name, signal: 11, at: bench.clock.now())
        let waiting = try await daemon.status("the back-off") { $0.replicas[0].phase == .backoff && $0.replicas[0].failures == 2 }
        #expect(waiting.replicas[0].reason == "signal 11")
        #expect(waiting.replicas[0].startsAgainAt == bench.clock.now() + .seconds(10))
        #expect(bench.machine.now.starts == [name, name])
        #expect(try bench.written().replicas.map(\.failures) == [2])
    }

    @Test("when the moment has come a waiting replica is started, and each further end doubles the wait")
    func backoffEnds() async throws {
        let bench = try Bench()
        bench.clock.run(by: .seconds(60))  // each look at the clock: every wait is over when it is looked at
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let name = try await daemon.complete().replicas[0].name
        for round in 1...3 {
            bench.machine.end(name, code: 1, at: Timestamp(milliseconds: 0))
            let status = try await daemon.status("restart \(round)") { $0.rollout.isComplete && $0.replicas[0].restarts == round }
            #expect(status.replicas[0].failures == round)
        }
        #expect(bench.machine.now.starts.count == 4)
    }

    @Test("a BEAM that cannot be started says why, and is tried again")
    func startFails() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.startFailure = "cannot write the spec: No space left on device" }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let status = try await daemon.status("the back-off") { $0.replicas.first?.failures == 2 }
        #expect(status.replicas[0].phase == .backoff)
        #expect(status.replicas[0].reason == "cannot write the spec: No space left on device")
    }

    @Test("a keeper that goes without a word is looked for: what lives is adopted, and nothing is started")
    func keeperLostBeamLives() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let name = try await daemon.complete().replicas[0].name
        bench.machine.loseKeeper(name)
        try await bench.machine.until("somebody who listens again") { $0.beams[name]?.listeners.isEmpty == false }
        bench.machine.end(name, code: 3, at: bench.clock.now())
        let status = try await daemon.status("the restart") { $0.replicas[0].restarts == 1 && $0.rollout.isComplete }
        #expect(status.replicas[0].lastExit?.code == 3)
        #expect(bench.machine.now.violations == [])
    }

    @Test("a BEAM that stops answering becomes unready, and ready again when it answers")
    func silent() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        try await daemon.complete()
        bench.machine.change { $0.manners.answers = false }
        let status = try await daemon.status("a replica that is not ready") { $0.replicas[0].phase == .unready }
        #expect(status.replicas[0].reason?.hasPrefix("does not answer: ") == true)
        #expect(status.rollout.ready == 0)
        bench.machine.change { $0.manners.answers = true }
        let well = try await daemon.complete()
        #expect(well.replicas[0].restarts == 0 && well.replicas[0].reason == nil)
    }

    @Test("a replica that is no longer wanted before its BEAM has told that it runs is ended, not lost sight of")
    func stopWhileStarting() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.tellsThatItRuns = false }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        try await bench.machine.until("the start") { $0.starts.count == 1 }
        let name = bench.machine.now.starts[0]
        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 0)
        bench.machine.tell(name)
        try await bench.machine.until("the end of \(name)") { $0.running == [] && $0.beams.isEmpty }
        #expect(bench.machine.now.violations == [])
    }

    @Test("a keeper that tells of the start after the node has answered changes nothing but the process id")
    func toldLate() async throws {
        let bench = try Bench()
        bench.machine.change { state in
            state.manners.tellsThatItRuns = false
            state.manners.answersEarly = true
        }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let name = try await daemon.complete().replicas[0].name
        bench.machine.tell(name)
        let status = try await daemon.status("the process id") { $0.replicas[0].pid != nil }
        #expect(status.replicas[0].phase == .ready)
        #expect(status.replicas[0].restarts == 0)
        #expect(bench.machine.now.starts == [name])
    }

    @Test("a second deploy right after the first leaves no BEAM of the first behind")
    func deployTwiceAtOnce() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        for _ in 0..<10 { _ = try await daemon.fleet.deploy(Sample.request()) }
        let replicas = try await daemon.complete().replicas
        #expect(replicas.map(\.revision) == [10, 10, 10])
        try await bench.machine.until("three that run and no more") { $0.running == replicas.map(\.name).sorted() }
        #expect(bench.machine.now.violations == [])
    }

    @Test("a restarted replica that is stopped before it tells that it runs is ended too")
    func stopWhileRestarting() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let name = try await daemon.complete().replicas[0].name
        bench.machine.change { $0.manners.tellsThatItRuns = false }
        bench.machine.end(name, code: 1, at: bench.clock.now())
        try await bench.machine.until("the second start") { $0.starts.count == 2 }
        try await daemon.fleet.stop(Sample.key)
        bench.machine.tell(name)
        try await bench.machine.until("the end of \(name)") { $0.running == [] && $0.beams.isEmpty }
        #expect(bench.machine.now.violations == [])
    }
}
