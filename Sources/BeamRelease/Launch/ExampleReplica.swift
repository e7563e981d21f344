/// A replica as one might be started, for what each replica has of its own: its name, its addresses, its port.
public struct ExampleReplica: Hashable, Sendable {
    /// What stands before the `@` of its node's name; nil: the release's name.
    public var nodeBase: String?
    /// Its IPv4 address.
    public var address: String
    /// What stands behind the `@`; nil: its address.
    public var host: String?
    /// Where its name server listens.
    public var nameServer: String
    /// The DNS name that lists all nodes.
    public var peers: String
    /// The host name in the links that the app writes; nil when it serves no HTTP.
    public var publicHost: String?
    /// Who connects the nodes.
    public var discovery: LaunchRequest.Discovery
    /// How many schedulers its VM has; nil: one for each processor.
    public var schedulers: Int?
    /// The port that it is told to serve HTTP on.
    public var httpPort = 20000
    /// The folder that its release lies in; nil: one of the machine's.
    public var root: String?
    /// Its own folder; nil: one of the machine's.
    public var directory: String?

    /// Makes one; what is left out has the values above.
    public init(address: String, nameServer: String, peers: String, discovery: LaunchRequest.Discovery) {
        self.address = address
        self.nameServer = nameServer
        self.peers = peers
        self.discovery = discovery
    }

    /// What the platform sets for it.
    public func environment(of release: Release) -> [String: String] { LaunchEnvironment.make(request(release)) }

    /// What stands in its `vm.args` or `remote.vm.args` beside the release's own, without comments.
    public func addedArguments(_ file: Substitution.File, of release: Release) -> [String] {
        // A release that says nothing itself: what is there then was added.
        var silent = release
        silent.files = ReleaseFiles()
        guard file != .systemConfig, file == .vmArguments || release.tool == .mix, let plan = try? LaunchPlan(request(silent))
        else { return [] }
        let path = file == .vmArguments ? LaunchPaths.vmArguments : LaunchPaths.remoteVMArguments
        let text = plan.files.first { $0.path.hasPrefix(path) }?.contents ?? ""
        return ArgumentsText.lines(of: text).filter(ArgumentsText.hasWords)
    }

    func request(_ release: Release) -> LaunchRequest {
        var request = LaunchRequest(
            release: release, root: root ?? "/releases/\(release.name)", directory: directory ?? "/replicas/\(release.name)",
            replica: "\(release.name)-web-1-xxxxx", node: "\(nodeBase ?? release.name)@\(host ?? address)", address: address,
            cookie: "cookie", nameServer: LaunchRequest.NameServer(address: nameServer, port: 5380), searchDomains: [],
            peers: peers, httpPort: httpPort)
        request.discovery = discovery
        request.publicHost = publicHost
        request.schedulers = schedulers
        return request
    }
}
