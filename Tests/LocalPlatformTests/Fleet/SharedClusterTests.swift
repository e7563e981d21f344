import FleetModel
import Testing

@testable import LocalPlatform

@Suite("fleet: two apps that are one cluster")
struct SharedClusterTests {
    private static func spec(_ app: String, cluster: String?, web: Int = 2) -> AppSpec {
        var spec = Sample.spec(app, web: web)
        spec.cluster.name = cluster
        return spec
    }

    @Test("the mesh of one is that of the whole cluster, and says which node is whose; an app beside it does not count")
    func whole() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        for (app, cluster) in [("hello", "shop"), ("billing", "shop"), ("other", nil)] {
            _ = try await daemon.fleet.deploy(Sample.request(Self.spec(app, cluster: cluster)))
            try await daemon.complete(AppKey(app: app))
        }
        let report = try await daemon.fleet.nodes(of: Sample.key)
        #expect(report.nodes.count == 2, "rows are the app's own")
        #expect(report.mesh.full && report.mesh.partitions.map(\.count) == [4])
        let apps = try #require(report.mesh.apps)
        #expect(apps.values.sorted() == ["billing", "billing", "hello", "hello"])
        #expect(Set(apps.filter { $0.value == "hello" }.keys) == Set(report.nodes.compactMap(\.node)))
        try await daemon.status("who watches one is told of the other") {
            $0.mesh?.full == true && $0.mesh?.partitions.map(\.count) == [4]
        }
        let alone = try await daemon.fleet.nodes(of: AppKey(app: "other"))
        #expect(alone.mesh.partitions.map(\.count) == [2] && alone.mesh.apps == nil)
    }

    @Test("a node of the other app that is not ready is that app's own trouble")
    func trouble() async throws {
        let bench = try Bench()
        let daemon = try await bench.daemon()
        for app in ["hello", "billing"] {
            _ = try await daemon.fleet.deploy(Sample.request(Self.spec(app, cluster: "shop", web: 1)))
            try await daemon.complete(AppKey(app: app))
        }
        bench.machine.change { $0.manners.applications = [] }
        _ = try await daemon.fleet.scale(AppKey(app: "billing"), process: nil, replicas: 2)
        try await daemon.status("the second is starting", of: AppKey(app: "billing")) { $0.replicas.count == 2 }
        let report = try await daemon.fleet.nodes(of: Sample.key)
        #expect(report.mesh.full && report.mesh.partitions.map(\.count) == [2])
    }
}
