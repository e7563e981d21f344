import FleetModel
import HeadlessDNS
import Testing

@testable import LocalPlatform

@Suite("which names there are, and who is behind them")
struct FleetServiceTests {
    private func revision(_ number: Int, _ spec: AppSpec) -> Revision {
        Revision(
            number: number, release: Sample.release(), spec: spec, origin: RevisionOrigin(user: "tester@here"),
            createdAt: Timestamp(milliseconds: 0))
    }

    private func services(
        _ spec: AppSpec, _ replicas: [Replica], older: [Revision] = [], current: Int = 1
    ) -> [String: [FleetService.Endpoint]] {
        let key = AppKey(app: spec.app)
        let all = FleetService.all(
            deployments: [key: Deployment(key: key, revision: current, scale: spec.processes.mapValues(\.replicas))],
            revisions: [key: older + [revision(current, spec)]], replicas: replicas)
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.endpoints) })
    }

    @Test("the app's name is for ready replicas, its peers' name for every live one")
    func phases() {
        let replicas = Replica.Phase.allCases.enumerated().map { number, phase in
            Sample.replica("r-\(phase)", number: number, phase: phase)
        }
        let names = services(Sample.spec(), replicas)
        func behind(_ name: String) -> [String] {
            (names[name] ?? []).compactMap { endpoint in replicas.first { $0.slot.address == endpoint.address }?.name }.sorted()
        }
        #expect(names.keys.sorted() == ["hello", "hello-peers"])
        #expect(behind("hello") == ["r-ready"])
        #expect(behind("hello-peers") == ["r-draining", "r-pending", "r-ready", "r-starting", "r-unready"])
    }

    @Test("a container is told to its peers once it runs: before that nothing refuses them, and they would wait")
    func containers() {
        var spec = Sample.spec()
        spec.runtime = .docker
        var running = Sample.replica("running", number: 1, phase: .starting)
        running.pid = 77
        let names = services(spec, [running, Sample.replica("started", number: 2, phase: .starting)])
        #expect(names["hello-peers"]?.map(\.address) == [running.slot.address])
    }

    @Test("a name without anybody behind it is there all the same")
    func empty() {
        #expect(services(Sample.spec(), []) == ["hello": [], "hello-peers": []])
    }

    @Test("an app without discovery has no peers, and replicas without a node no distribution port")
    func noDiscovery() {
        var replica = Sample.replica("a", phase: .ready)
        replica.node = nil
        let names = services(Sample.spec(http: HTTPSpec(), discovery: .none), [replica])
        #expect(names["hello-peers"] == [])
        #expect(names["hello"] == [.init(address: "127.94.0.11", ports: ["http": 20_000])])
    }

    @Test("ports are those of the replica's own slot and revision")
    func ports() {
        var old = Sample.spec(http: HTTPSpec())
        old.processes["web"]?.ports = ["metrics": 9568]
        let replicas = [
            Sample.replica("a", number: 0, phase: .ready), Sample.replica("b", revision: 2, number: 1, phase: .ready),
        ]
        let names = services(Sample.spec(http: HTTPSpec(port: 8080)), replicas, older: [revision(1, old)], current: 2)
        #expect(
            names["hello"] == [
                .init(address: "127.94.0.11", ports: ["http": 20_000, "dist": 4370, "metrics": 9568]),
                .init(address: "127.94.0.12", ports: ["http": 20_001, "dist": 4370]),
            ])
    }

    @Test("with several processes each has a name, and the app's own is for those that serve HTTP")
    func processes() {
        var spec = Sample.spec(http: HTTPSpec())
        spec.processes["worker"] = ProcessSpec(replicas: 1)
        let replicas = [
            Sample.replica("a", number: 0, phase: .ready), Sample.replica("b", process: "worker", number: 1, phase: .ready),
            Sample.replica("c", process: "worker", number: 2, phase: .starting),
        ]
        let names = services(spec, replicas).mapValues { $0.map(\.address) }
        #expect(
            names == [
                "hello": ["127.94.0.11"], "hello-web": ["127.94.0.11"], "hello-worker": ["127.94.0.12"],
                "hello-peers": ["127.94.0.11", "127.94.0.12", "127.94.0.13"],
            ])
    }

    @Test("when no process serves HTTP the app's name is for all of them")
    func noHTTP() {
        var spec = Sample.spec()
        spec.processes["worker"] = ProcessSpec(replicas: 1)
        let replicas = [
            Sample.replica("a", number: 0, phase: .ready), Sample.replica("b", process: "worker", number: 1, phase: .ready),
        ]
        #expect(services(spec, replicas)["hello"]?.map(\.address) == ["127.94.0.11", "127.94.0.12"])
    }

    @Test("apps are apart and in order, and every zone made of them is one that the name server takes")
    func zone() throws {
        let keys = [AppKey(app: "hello"), AppKey(namespace: "b", app: "hello"), AppKey(namespace: "a", app: "shop")]
        let all = FleetService.all(
            deployments: Dictionary(uniqueKeysWithValues: keys.map { ($0, Deployment(key: $0, revision: 1, scale: ["web": 1])) }),
            revisions: Dictionary(uniqueKeysWithValues: keys.map { ($0, [revision(1, Sample.spec($0.app, http: HTTPSpec()))]) }),
            replicas: keys.enumerated().map { Sample.replica("r\($0)", of: $1, number: $0, phase: .ready) })
        #expect(
            all.map { "\($0.namespace)/\($0.name)" } == [
                "a/shop", "a/shop-peers", "b/hello", "b/hello-peers", "default/hello", "default/hello-peers",
            ])
        #expect(all.allSatisfy { $0.endpoints.count == 1 })
        let zone = Zone(all, serial: 7)
        try zone.validate()
        #expect(zone.serial == 7 && zone.services.count == 6)
        #expect((zone.services[0].endpoints[0].ports ?? []).map { "\($0.name) \($0.port)" } == ["dist 4370", "http 20002"])
    }
}
