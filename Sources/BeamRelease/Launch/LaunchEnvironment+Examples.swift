extension LaunchEnvironment {
    /// What the platform sets for a replica of a release, with examples where each replica has a value of its own.
    public static func examples(
        of release: Release, discovery: LaunchRequest.Discovery, peers: String, publicHost: String? = nil
    ) -> [String: String] {
        var request = LaunchRequest(
            release: release, root: "/releases/\(release.name)", directory: "/replicas/\(release.name)",
            replica: "\(release.name)-web-1-xxxxx", node: "\(release.name)@127.88.0.11", address: "127.88.0.11", cookie: "cookie",
            nameServer: LaunchRequest.NameServer(address: "127.88.0.1", port: 5380), searchDomains: [], peers: peers,
            httpPort: 20000)
        request.discovery = discovery
        request.publicHost = publicHost
        return make(request)
    }
}
