/// Everything that decides how one replica of a release is started.
public struct LaunchRequest: Sendable {
    /// Who connects the nodes.
    public enum Discovery: String, Hashable, Sendable, CaseIterable {
        /// The peer agent, beside whatever the app does itself.
        case auto
        /// The app itself (dns_cluster, libcluster).
        case app
        /// Nobody: no distribution is set up.
        case none
    }

    /// Who replaces the `${VAR}` in the release's configuration files.
    public enum Rendering: String, Hashable, Sendable, CaseIterable {
        /// ``ConfigRenderer``, before the replica starts.
        case beamctl
        /// The start script of the tool, with all that it does to values.
        case native
    }

    /// A DNS server.
    public struct NameServer: Hashable, Sendable {
        /// Its IPv4 address.
        public var address: String
        /// Its port.
        public var port: Int

        /// Makes one.
        public init(address: String, port: Int) {
            self.address = address
            self.port = port
        }
    }

    /// The release, as it lies on this machine.
    public var release: Release
    /// The folder that it runs from, absolute, where it runs.
    public var root: String
    /// The replica's own folder, absolute: everything that is written for it lies there.
    public var directory: String
    /// The replica's name.
    public var replica: String
    /// Its node's name, `<base>@<address>`.
    public var node: String
    /// Its IPv4 address: the one on which distribution listens.
    public var address: String
    /// The cluster's cookie: letters, digits, `-` and `_`.
    public var cookie: String
    /// The port on which every node of the cluster listens for the others.
    public var distributionPort = 4370
    /// The server that knows the peers.
    public var nameServer: NameServer
    /// Domains that are tried behind a short name, in order.
    public var searchDomains: [String]
    /// The DNS name that lists all nodes.
    public var peers: String
    /// Who connects the nodes.
    public var discovery = Discovery.auto
    /// What `PORT` says.
    public var httpPort: Int
    /// The host name in the links that the app writes; nil when it serves no HTTP.
    public var publicHost: String?
    /// The user's environment, secrets among it.
    public var environment: [String: String] = [:]
    /// Which variables are secrets: their values go into no file of ours but a rendered one.
    public var secrets: Set<String> = []
    /// Who replaces placeholders.
    public var rendering = Rendering.beamctl
    /// Whether placeholders are replaced in releases that say so in their environment only (`REPLACE_OS_VARS`); nil: as that says.
    public var replacesVariables: Bool?
    /// Whether what the project's own `env.sh` exports wins over this environment (mix).
    public var environmentScriptWins = false
    /// What runs instead of the release's own start: a path within the release, or a command of its script; then arguments.
    public var command: [String] = []
    /// How many schedulers the VM has; nil: one for each processor.
    public var schedulers: Int?
    /// The text of the peer agent.
    public var agent = PeerAgent.text
    /// Where a VM writes its crash dump, relative to the replica's folder.
    public var crashDump = "erl_crash.dump"
    /// The folder of the host's `erl`, for releases without ERTS; goes to the front of PATH.
    public var hostErlang: String?
    /// A port on which no EPMD listens: a node tells an EPMD of itself even when it is told to start none.
    public var silentEPMDPort = 1

    /// Makes one; what is left out has the values above.
    public init(
        release: Release, root: String, directory: String, replica: String, node: String, address: String, cookie: String,
        nameServer: NameServer, searchDomains: [String], peers: String, httpPort: Int
    ) {
        self.release = release
        self.root = root
        self.directory = directory
        self.replica = replica
        self.node = node
        self.address = address
        self.cookie = cookie
        self.nameServer = nameServer
        self.searchDomains = searchDomains
        self.peers = peers
        self.httpPort = httpPort
    }
}
