import FleetModel
import HTTPEntrance
import Testing

@testable import LocalPlatform

@Suite("fleet: replicas finish their requests before they end")
struct DrainTests {
    private static let spec = Sample.spec(web: 2, http: HTTPSpec(health: nil))

    @Test("one that is to end leaves the routes first, ends when its requests have, and stays among the peers until then")
    func drains() async throws {
        let bench = try Bench()
        let entrance = BusyEntrance()
        let daemon = try await bench.daemon(entrance: entrance)
        _ = try await daemon.fleet.deploy(Sample.request(Self.spec))
        let before = try await daemon.complete()
        #expect(before.urls == ["http://hello.localhost:8080"])
        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 1)
        let status = try await daemon.status("a replica that drains") { $0.replicas.contains { $0.phase == .draining } }
        try await entrance.untilAsked()
        let leaving = try #require(status.replicas.first { $0.phase == .draining })
        let asked = try #require(entrance.asked.first)
        #expect(asked.replica == leaving.name && asked.patience == .seconds(ShutdownSpec.defaultDrainSeconds))
        #expect(asked.routes.count == 1 && asked.routes[0].endpoints.map(\.replica).contains(leaving.name) == false)
        #expect(asked.routes[0].endpoints.count == 1 && asked.routes[0].hosts == ["hello.localhost"])
        #expect(bench.machine.now.stops.isEmpty, "it is not told to end yet")
        let services = await daemon.fleet.toldServices ?? []
        let addresses = Dictionary(uniqueKeysWithValues: services.map { ($0.name, $0.endpoints.map(\.address)) })
        #expect(addresses["hello"]?.contains(leaving.slot.address) == false)
        #expect(addresses["hello-peers"]?.contains(leaving.slot.address) == true)
        entrance.endRequests()
        try await daemon.complete()
        // Told twice where its process' id was heard of late, which does no harm.
        #expect(Set(bench.machine.now.stops) == [leaving.name])
    }

    @Test("a daemon that dies within a drain is followed by one that goes on with it")
    func daemonDies() async throws {
        let bench = try Bench()
        let first = BusyEntrance()
        var daemon: TestDaemon? = try await bench.daemon(entrance: first)
        _ = try await daemon?.fleet.deploy(Sample.request(Self.spec))
        _ = try await daemon?.complete()
        _ = try await daemon?.fleet.scale(Sample.key, process: nil, replicas: 1)
        try await first.untilAsked()
        await daemon?.die()
        daemon = nil
        let second = BusyEntrance()
        let next = try await bench.daemon(entrance: second)
        try await second.untilAsked()
        #expect(second.asked.map(\.replica) == first.asked.map(\.replica))
        #expect(bench.machine.now.stops.isEmpty)
        second.endRequests()
        try await next.complete()
        #expect(bench.machine.now.stops == first.asked.map(\.replica))
    }

    @Test("a process without HTTP has nothing to finish")
    func noHTTP() async throws {
        let bench = try Bench()
        let entrance = BusyEntrance()
        let daemon = try await bench.daemon(entrance: entrance)
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        #expect(try await daemon.complete().urls == nil)
        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 0)
        try await daemon.complete()
        #expect(entrance.asked.isEmpty)
    }

    @Test("a host name is one app's alone")
    func hosts() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        var spec = Self.spec
        spec.hosts = ["www.example.com"]
        _ = try await daemon.fleet.deploy(Sample.request(spec))
        var other = Sample.spec("other", http: HTTPSpec())
        for host in ["www.example.com", "hello.localhost"] {
            other.hosts = [host]
            let request = Sample.request(other)
            let error = await #expect(throws: PlatformError.self) { try await daemon.fleet.deploy(request) }
            #expect(error?.message == "the host \(host) of 'other' is that of 'hello' already")
        }
        other.hosts = ["www.example.org"]
        _ = try await daemon.fleet.deploy(Sample.request(other))
    }
}
