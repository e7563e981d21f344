@testable import BeamRelease

extension LaunchRequest {
    /// A request as the platform makes them, for a release that needs not be there.
    static func sample(_ tool: Release.Tool = .mix, files: ReleaseFiles = ReleaseFiles()) -> LaunchRequest {
        guard let erts = RuntimeVersion("13.1.5") else { fatalError("13.1.5 is a version") }
        let release = Release(
            root: "/build/hello", tool: tool, name: "hello", version: "0.1.0", erts: erts, includesERTS: true, otp: "25",
            elixir: "1.14.0", applications: [], files: files)
        return LaunchRequest(
            release: release, root: "/releases/abc", directory: "/replicas/hello-web-1", replica: "hello-web-1",
            node: "hello@127.93.0.11", address: "127.93.0.11", cookie: "S3CRET",
            nameServer: .init(address: "127.93.0.1", port: 21053),
            searchDomains: ["default.svc.cluster.local", "svc.cluster.local"], peers: "hello-peers.default.svc.cluster.local",
            httpPort: 20001)
    }
}

extension LaunchPlan {
    func contents(_ path: String) -> String? { files.first { $0.path == path }?.contents }
    func mode(_ path: String) -> UInt32? { files.first { $0.path == path }?.mode }
}
