import FleetModel
import FleetStore
import Testing

@testable import LocalPlatform

@Suite("fleet: what runs replicas is heard, or not")
struct HearingTests {
    @Test("what runs a replica does not answer: status says so, nothing is started again, and it is over when it answers")
    func unheard() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        let name = try #require(try await daemon.complete().replicas.first?.name)
        bench.machine.say(.unheard(reason: "no Docker Engine answers"), of: name)
        var seen: [String?] = []
        for await status in try await daemon.fleet.watch(Sample.key) {
            if seen.last != status.runtimeProblem { seen.append(status.runtimeProblem) }
            if status.runtimeProblem != nil { bench.machine.tell(name) }
            if seen.count > 1, status.runtimeProblem == nil { break }
        }
        #expect(seen.suffix(2) == ["no Docker Engine answers", nil])
        #expect(bench.machine.now.starts.count == 2)
    }

    @Test("why the machine itself ended a replica is the reason that is told")
    func outOfMemory() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let name = try #require(try await daemon.complete().replicas.first?.name)
        bench.machine.change { $0.manners.answers = false }
        let exit = Replica.Exit(code: nil, signal: 9, at: Timestamp(milliseconds: 0))
        bench.machine.change { $0.beams[name]?.isRunning = false }
        bench.machine.say(.ended(exit, killedFor: "killed: out of memory"), of: name)
        try await bench.machine.until("it is started again") { $0.starts.count == 2 }
        let replica = try #require(try await daemon.fleet.status(of: Sample.key).replicas.first)
        #expect(
            replica.lastExit?.summary == exit.summary && replica.lastExit?.at == exit.at
                && replica.reason == "killed: out of memory")
    }

    @Test("runtime: docker is refused before anything is written where no image was made, or nothing runs containers")
    func refused() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        var spec = Sample.spec()
        spec.runtime = .docker
        let request = Sample.request(spec)
        let error = try await #require(throws: PlatformError.self) { _ = try await daemon.fleet.deploy(request) }
        #expect(error.code == .invalidRequest && error.message.contains("there is no image of its release"))
        let intake = try await #require(throws: PlatformError.self) { _ = try await daemon.fleet.imageIntake() }
        #expect(intake.message == "this platform runs no containers")
        #expect(try bench.written().deployments.isEmpty)
    }
}
