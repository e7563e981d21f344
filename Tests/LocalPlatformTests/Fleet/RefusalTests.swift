import FleetModel
import FleetStore
import Testing

@testable import LocalPlatform

@Suite("fleet: what is refused, and how")
struct RefusalTests {
    @Test("an app that is not there is named in the error")
    func unknownApp() async throws {
        let daemon = try await Bench().daemon()
        let error = await #expect(throws: PlatformError.self) { try await daemon.fleet.status(of: Sample.key) }
        #expect(error?.code == .appNotFound)
        #expect(error?.message == "there is no app 'hello' in the namespace 'default'")
        #expect(error?.hint == "beamctl list")
    }

    @Test("a number of replicas out of range is refused", arguments: [-1, 1001, .max, .min])
    func badScale(count: Int) async throws {
        let daemon = try await Bench().daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let error = await #expect(throws: PlatformError.self) {
            try await daemon.fleet.scale(Sample.key, process: nil, replicas: count)
        }
        #expect(error?.code == .invalidRequest)
        #expect(try await daemon.fleet.status(of: Sample.key).deployment.scale == ["web": 1])
    }

    @Test("a deploy with a number of replicas out of range is refused as a scale is", arguments: [-1, 1001])
    func badDeploy(count: Int) async throws {
        let daemon = try await Bench().daemon(network: "127.94.0.0/28")
        let error = await #expect(throws: PlatformError.self) {
            try await daemon.fleet.deploy(Sample.request(Sample.spec(web: count)))
        }
        #expect(error?.code == .invalidRequest)
    }

    @Test("a release that is not where replicas run from is refused before anything is written down")
    func missingRelease() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.hasReleases = false }
        let daemon = try await bench.daemon()
        let error = await #expect(throws: PlatformError.self) { try await daemon.fleet.deploy(Sample.request()) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "the release d1d1d1d1d1d1 of 'hello' is not where replicas run from")
        let written = try bench.written()
        #expect(written.deployments == [] && written.revisions == [:])
    }

    @Test("an unknown process, or none where there are several, is refused with the names")
    func processes() async throws {
        let daemon = try await Bench().daemon()
        var spec = Sample.spec(web: 1)
        spec.processes["worker"] = ProcessSpec(replicas: 1)
        _ = try await daemon.fleet.deploy(Sample.request(spec))
        let unknown = await #expect(throws: PlatformError.self) {
            try await daemon.fleet.scale(Sample.key, process: "wroker", replicas: 2)
        }
        #expect(unknown?.message == "'hello' has no process 'wroker'; it has web, worker")
        let none = await #expect(throws: PlatformError.self) {
            try await daemon.fleet.scale(Sample.key, process: nil, replicas: 2)
        }
        #expect(none?.message == "'hello' has several processes: web, worker")
        let status = try await daemon.fleet.scale(Sample.key, process: "worker", replicas: 2)
        #expect(status.deployment.scale == ["web": 1, "worker": 2])
    }

    @Test("an app that is being destroyed is neither deployed nor shown")
    func destroying() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.obeysStop = false }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let name = try await daemon.complete().replicas[0].name
        try await daemon.fleet.destroy(Sample.key)
        let deploy = await #expect(throws: PlatformError.self) { try await daemon.fleet.deploy(Sample.request()) }
        #expect(deploy?.code == .invalidRequest && deploy?.message == "'hello' is being destroyed")
        let status = await #expect(throws: PlatformError.self) { try await daemon.fleet.status(of: Sample.key) }
        #expect(status?.code == .appNotFound)
        bench.machine.end(name, signal: 9)
        try await daemon.gone()
        #expect(try await daemon.fleet.deploy(Sample.request()).number == 1)
    }

    @Test("commands beside a replica: the oldest ready one, one by name, one by node; none that is not there")
    func oneOff() async throws {
        let daemon = try await Bench().daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        let replicas = try await daemon.complete().replicas
        func chosen(_ name: String?) async throws -> String {
            try await daemon.fleet.oneOff(Sample.key, OneOff(kind: .rpc, expression: "1", replica: name)).executable
        }
        #expect(try await chosen(nil) == "/\(replicas[0].name)")
        #expect(try await chosen(replicas[1].name) == "/\(replicas[1].name)")
        #expect(try await chosen(replicas[1].node) == "/\(replicas[1].name)")
        let error = await #expect(throws: PlatformError.self) { try await chosen("hello-web-9") }
        #expect(error?.code == .replicaNotFound)
    }
}
