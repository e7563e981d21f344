import FleetModel
import FleetStore
import Synchronization
import Testing

@testable import LocalPlatform

@Suite("fleet: a deploy")
struct DeployTests {
    @Test("each replica gets a name, an address, a port and a node of its own, is started once, and becomes ready")
    func threeReplicas() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        let revision = try await daemon.fleet.deploy(Sample.request())
        #expect(revision.number == 1)
        let status = try await daemon.complete()
        #expect(status.replicas.map(\.slot.address) == ["127.94.0.11", "127.94.0.12", "127.94.0.13"])
        let network = try LoopbackNetwork("127.94.0.0/16")
        #expect(status.replicas.map(\.slot.port) == (0..<3).map { network.place($0).port })
        #expect(status.replicas.map(\.node) == status.replicas.map { "hello@\($0.slot.address)" })
        #expect(status.replicas.allSatisfy { $0.name.wholeMatch(of: #/hello-web-1-\w{5}/#) != nil && $0.restarts == 0 })
        #expect(bench.machine.now.starts.sorted() == status.replicas.map(\.name).sorted())
        #expect(bench.machine.now.violations == [])
        #expect(try bench.written().replicas.map(\.phase) == [.ready, .ready, .ready])
    }

    @Test("the mesh is told when the nodes see each other")
    func mesh() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request())
        let status = try await daemon.status("a full mesh of three") { $0.mesh?.full == true && $0.rollout.isComplete }
        #expect(status.mesh?.partitions == [["hello@127.94.0.11", "hello@127.94.0.12", "hello@127.94.0.13"]])
    }

    @Test("a replica is written down before it is started")
    func writtenFirst() async throws {
        let bench = try Bench()
        let missing = Mutex<[String]>([])
        let store = bench.store
        bench.machine.onStep.withLock { onStep in
            onStep = { step in
                guard step.hasPrefix("before the start of ") else { return }
                let written = (try? FleetStore(path: store).load().replicas.map(\.name)) ?? []
                if !written.contains(String(step.dropFirst(20))) { missing.withLock { $0.append(step) } }
            }
        }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request())
        try await daemon.complete()
        #expect(missing.withLock { $0 } == [])
        #expect(bench.machine.now.starts.count == 3)
    }

    @Test("the nodes of an app share one cookie, which a new daemon knows too")
    func cookie() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        try await daemon.complete()
        await daemon.die()
        let later = try await bench.daemon()
        _ = try await later.fleet.scale(Sample.key, process: nil, replicas: 3)
        try await later.complete()
        #expect(bench.machine.now.cookies == [Sample.cookie])
        #expect(bench.machine.now.beams.values.allSatisfy { $0.cookie == Sample.cookie })
    }

    @Test("an app without discovery has no nodes, and is ready as soon as it runs")
    func withoutDistribution() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1, discovery: .none)))
        let status = try await daemon.complete()
        #expect(status.replicas.map(\.node) == [nil])
        #expect(status.mesh == nil)
        #expect(bench.machine.now.cookies == [])
    }

    @Test("a replica is not ready before its own application has started")
    func applicationFirst() async throws {
        let bench = try Bench()
        bench.machine.change { $0.manners.applications = ["kernel", "stdlib"] }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let starting = try await daemon.status("an answer that says it is not ready") { $0.mesh?.full == true }
        #expect(starting.replicas.map(\.phase) == [.starting])
        bench.machine.change { $0.manners.applications = ["hello", "kernel", "stdlib"] }
        try await daemon.complete()
    }

    @Test("a replica whose HTTP check fails is not ready, and says why")
    func httpCheck() async throws {
        let bench = try Bench()
        // Where really nobody listens.
        let daemon = try await TestDaemon(bench.machine, store: bench.store, isFree: PortProbe.isFree)
        let spec = Sample.spec(web: 1, http: HTTPSpec(health: "/health"))
        _ = try await daemon.fleet.deploy(Sample.request(spec))
        let status = try await daemon.status("the reason") { $0.replicas.first?.reason?.contains("/health") == true }
        #expect(status.replicas.map(\.phase) == [.starting])
        let slot = status.replicas[0].slot
        #expect(
            status.replicas[0].reason
                == "GET /health at \(slot.address):\(slot.port): nothing listens there (does the app listen on PORT, on every address?)"
        )
    }

    @Test("when there is no room nothing is made, the reason is told, and what there is room for can be had instead")
    func noRoom() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon(network: "127.94.0.0/28")
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 5)))
        let status = try await daemon.fleet.status(of: Sample.key)
        #expect(status.replicas == [])
        #expect(status.problem == "no address is left: the network 127.94.0.0/28 has room for 4 replicas")
        _ = try await daemon.fleet.scale(Sample.key, process: "web", replicas: 4)
        #expect(try await daemon.complete().problem == nil)
    }

    @Test("an app that had no room gets it when another app leaves")
    func roomLater() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon(network: "127.94.0.0/28")
        let other = AppKey(app: "other")
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec("other", web: 3)))
        try await daemon.complete(other)
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        #expect(try await daemon.fleet.status(of: Sample.key).problem != nil)
        try await daemon.fleet.destroy(other)
        try await daemon.gone(other)
        try await daemon.complete()
    }

    @Test("two apps, one name in two namespaces, share no slot, and are listed by namespace")
    func twoApps() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        let other = AppKey(namespace: "staging", app: "hello")
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2), namespace: "staging"))
        let slots = try await daemon.complete().replicas.map(\.slot) + daemon.complete(other).replicas.map(\.slot)
        #expect(Set(slots).count == 4)
        #expect(await daemon.fleet.list(namespace: nil).map(\.deployment.key) == [Sample.key, other])
        #expect(await daemon.fleet.list(namespace: "staging").map(\.deployment.key) == [other])
    }

    @Test("the same request sent twice, because nobody knew whether it arrived, makes one revision")
    func sentTwice() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        var request = Sample.request(Sample.spec(web: 1))
        request.id = "one"
        let first = try await daemon.fleet.deploy(request)
        let again = try await daemon.fleet.deploy(request)
        #expect(first.number == again.number && again.request == "one")
        request.id = "another"
        #expect(try await daemon.fleet.deploy(request).number == first.number + 1)
    }
}
