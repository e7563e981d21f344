import FleetModel
import Testing

@testable import LocalPlatform

@Suite("what the platform kills")
struct KillingTests {
    @Test("a BEAM that was ready and does not answer for 30 s is killed and started again, and the reason is told")
    func silent() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let replica = try #require(try await daemon.complete().replicas.first)
        bench.machine.change { $0.manners.answers = false }
        try await daemon.status("it is unready") { $0.replicas.first?.phase == .unready }
        #expect(bench.machine.now.kills.isEmpty)
        bench.clock.advance(by: ReplicaWatcher.deadAfter)
        try await daemon.status("it was killed and runs again") { status in
            status.replicas.first?.restarts == 1 && status.replicas.first?.name == replica.name
        }
        #expect(bench.machine.now.kills == [replica.name])
        bench.machine.change { $0.manners.answers = true }
        try await daemon.complete()
    }

    @Test("a BEAM that holds more memory than it may is killed; why stands in its reason until it runs again")
    func memory() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        var spec = Sample.spec(web: 1)
        spec.processes["web"]?.resources = ResourceSpec(memoryBytes: 64 << 20)
        _ = try await daemon.fleet.deploy(Sample.request(spec))
        let replica = try #require(try await daemon.complete().replicas.first)
        // The second end in a row waits before it starts again, so the reason can be seen.
        bench.machine.change { $0.manners.residentBytes = 100 << 20 }
        let status = try await daemon.status("it waits") { $0.replicas.first?.phase == .backoff }
        #expect(
            status.replicas.first?.reason == "killed: it held 100 MiB of memory, and resources.memory allows 64 MiB")
        #expect(bench.machine.now.kills.allSatisfy { $0 == replica.name } && bench.machine.now.kills.count >= 1)
    }

    @Test("a BEAM below its limit is left alone")
    func modest() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        var spec = Sample.spec(web: 1)
        spec.processes["web"]?.resources = ResourceSpec(memoryBytes: 64 << 20)
        bench.machine.change { $0.manners.residentBytes = 64 << 20 }
        _ = try await daemon.fleet.deploy(Sample.request(spec))
        try await daemon.complete()
        #expect(bench.machine.now.kills.isEmpty)
    }
}
