import FleetModel
import HTTPEntrance
import Testing

@testable import LocalPlatform

@Suite("which requests go where")
struct FleetRoutesTests {
    @Test("a route for each process with HTTP: the ready replicas take requests, of the others is told what they do")
    func routes() {
        let key = AppKey(namespace: "staging", app: "shop")
        let spec = AppSpec(
            app: "shop",
            processes: [
                "web": ProcessSpec(replicas: 2, http: HTTPSpec()),
                "api": ProcessSpec(replicas: 1, http: HTTPSpec(path: "/api", maxBodyBytes: 2048)),
                "worker": ProcessSpec(replicas: 1),
            ], hosts: ["shop.example"])
        let revision = Revision(
            number: 3, release: Sample.release(), spec: spec, origin: RevisionOrigin(user: "tester@here"),
            createdAt: Timestamp(milliseconds: 0))
        var failing = Sample.replica("c", of: key, number: 2, phase: .backoff)
        failing.reason = "exit code 1"
        let replicas = [
            Sample.replica("b", of: key, number: 1, phase: .ready), Sample.replica("a", of: key, number: 0, phase: .ready),
            failing,
            Sample.replica("d", of: key, number: 3, phase: .draining),
            Sample.replica("e", of: key, process: "worker", number: 4, phase: .ready),
        ]
        let routes = FleetRoutes.all(
            deployments: [key: Deployment(key: key, revision: 3, scale: [:])], revisions: [key: [revision]], replicas: replicas)
        #expect(routes.map(\.path) == ["/api", "/"])
        #expect(routes.allSatisfy { $0.hosts == ["shop.staging.localhost", "shop.example"] && $0.app == "shop -n staging" })
        #expect(routes[0].endpoints.isEmpty && routes[0].maximumBody == 2048)
        #expect(routes[1].endpoints.map(\.replica) == ["a", "b"])
        #expect(routes[1].endpoints.map { "\($0.address):\($0.port)" } == ["127.94.0.11:20000", "127.94.0.12:20001"])
        #expect(routes[1].notes == ["c is backoff: exit code 1", "d is draining"])
    }

    @Test("an app that was stopped keeps its route, which says so")
    func stopped() {
        let revision = Revision(
            number: 1, release: Sample.release(), spec: Sample.spec(http: HTTPSpec()),
            origin: RevisionOrigin(user: "tester@here"),
            createdAt: Timestamp(milliseconds: 0))
        var deployment = Deployment(key: Sample.key, revision: 1, scale: [:])
        func routes() -> [Route] {
            FleetRoutes.all(deployments: [Sample.key: deployment], revisions: [Sample.key: [revision]], replicas: [])
        }
        #expect(routes().map(\.isStopped) == [false])
        deployment.intent = .stop
        #expect(routes().map(\.isStopped) == [true])
    }

    @Test("where the entrance listens")
    func settings() throws {
        let standard = try LoopbackNetwork(LoopbackNetwork.standard)
        let own = try LoopbackNetwork("127.94.0.0/16")
        #expect(try EntranceSettings(listen: nil, trusted: nil, network: standard).listen == ["127.0.0.1:8080"])
        let beside = try EntranceSettings(listen: "", trusted: nil, network: own)
        #expect(beside.listen == ["127.94.0.1:8080", "127.0.0.1:\(own.entrancePorts.http)"])
        #expect(beside.listenHTTPS == ["127.94.0.1:8443", "127.0.0.1:\(own.entrancePorts.https)"])
        #expect(try EntranceSettings(listen: "off", trusted: nil, network: standard).isOff)
        let two = try EntranceSettings(listen: "0.0.0.0:80, [::]:80", trusted: "10.0.0.0/8 ::1", network: standard)
        #expect(two.listen == ["0.0.0.0:80", "[::]:80"] && two.trusted == ["10.0.0.0/8", "::1"])
        #expect(two.places.map(\.address) == ["0.0.0.0", "::"])
        for text in ["8080", "localhost:80", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1"] {
            #expect(throws: LocalPlatformError.self) { try EntranceSettings(listen: text, trusted: nil, network: standard) }
        }
        #expect(throws: LocalPlatformError.self) { try EntranceSettings(listen: nil, trusted: "everybody", network: standard) }
    }
}
