import FleetModel
import Testing

@testable import LocalPlatform

@Suite("fleet: asking the nodes")
struct NodesTests {
    @Test("each node says how it is, and the mesh is judged by what they see")
    func all() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request())
        let replicas = try await daemon.complete().replicas
        let report = try await daemon.fleet.nodes(of: Sample.key)
        #expect(report.app == "hello")
        #expect(report.nodes.map(\.replica) == replicas.map(\.name))
        #expect(report.nodes.map(\.node) == replicas.map(\.node))
        #expect(report.nodes.allSatisfy { $0.state == .ready && $0.peers?.count == 2 && $0.memory == ["total": 1 << 20] })
        #expect(report.mesh.full)
    }

    @Test("a node that does not answer is shown with the reason, and the mesh with it is not full")
    func silent() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        try await daemon.complete()
        bench.machine.change { $0.manners.answers = false }
        let report = try await daemon.fleet.nodes(of: Sample.key)
        #expect(report.nodes.count == 2)
        #expect(report.nodes.allSatisfy { $0.problem != nil && $0.peers == nil && $0.memory == nil })
        #expect(!report.mesh.full)
        #expect(report.mesh.partitions.count == 2)
    }

    @Test("a replica that waits to be started again is shown, and is no part of the mesh")
    func waiting() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        let name = try await daemon.complete().replicas[0].name
        for failures in 1...2 {
            bench.machine.end(name, code: 1, at: bench.clock.now())
            try await daemon.status("end \(failures)") { status in
                let replica = status.replicas.first { $0.name == name }
                return replica?.failures == failures && (failures == 2 || replica?.phase == .ready)
            }
        }
        let report = try await daemon.fleet.nodes(of: Sample.key)
        #expect(report.nodes.map(\.state).sorted { $0.rawValue < $1.rawValue } == [.backoff, .ready])
        #expect(report.nodes.first { $0.state == .backoff }?.problem == "exit code 1")
        #expect(report.mesh.full)
        #expect(report.mesh.partitions.map(\.count) == [1])
    }

    @Test("an app that is not there has no nodes to ask")
    func unknown() async throws {
        let daemon = try await Bench().daemon()
        let error = await #expect(throws: PlatformError.self) { try await daemon.fleet.nodes(of: Sample.key) }
        #expect(error?.code == .appNotFound)
    }
}
