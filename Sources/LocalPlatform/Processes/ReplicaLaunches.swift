import BeamRelease
import FleetModel
import NIOConcurrencyHelpers

/// How replicas are launched: from the copies of releases, with what the platform gives to each.
struct ReplicaLaunches: Sendable {
    let home: Home
    private let releases = NIOLockedValueBox<[String: Release]>([:])

    init(home: Home) {
        self.home = home
    }

    /// Where a replica finds its things.
    struct Place {
        /// The folder that its release lies in.
        var root: String
        /// Its own folder.
        var directory: String
        /// The address of the server that knows its peers.
        var nameServer: String
    }

    /// Where the copy of a release lies.
    func root(of digest: String) -> String { "\(home.releases)/\(digest)" }

    /// A release whose copy lies there. Throws ``ReleaseError``.
    func release(_ digest: String) throws -> Release {
        let root = root(of: digest)
        if let known = releases.withLockedValue({ $0[root] }) { return known }
        let release = try Release.read(at: root)
        releases.withLockedValue { $0[root] = release }
        return release
    }

    /// The copy is removed.
    func forget(_ digest: String) {
        releases.withLockedValue { $0[root(of: digest)] = nil }
    }

    /// The request for a replica of a revision. Throws ``ReleaseError`` when the copy of its release is gone.
    func request(_ replica: Replica, _ revision: Revision, _ inputs: ReplicaInputs, at place: Place) throws -> LaunchRequest {
        let spec = revision.spec
        let domain = NodeName.domain
        var request = LaunchRequest(
            release: try release(revision.release.digest), root: place.root, directory: place.directory, replica: replica.name,
            node: replica.node ?? "\(revision.release.description.name)@\(replica.slot.address)",
            address: replica.slot.address, cookie: inputs.cookie,
            nameServer: LaunchRequest.NameServer(address: place.nameServer, port: NameServerKeeper.port),
            searchDomains: ["\(replica.key.namespace).\(domain)", domain, "cluster.local"],
            peers: NodeName.peers(of: spec, in: replica.key.namespace), httpPort: replica.slot.port)
        request.distributionPort = Distribution.port
        request.discovery =
            switch spec.cluster.discovery {
            case .auto: .auto
            case .app: .app
            case .none: .none
            }
        request.environment = inputs.environment.variables
        request.secrets = inputs.environment.secrets
        request.rendering = spec.config.renderer == .native ? .native : .beamctl
        request.replacesVariables = spec.release.replacesVariables
        request.environmentScriptWins = spec.release.environmentScript == .theirs
        request.publicHost = spec.publicHost(of: replica.process, in: replica.key.namespace)
        let process = spec.processes[replica.process]
        request.command = process?.command ?? []
        request.schedulers = process?.resources?.schedulers
        return request
    }
}

extension OneOff {
    /// What is asked of a release.
    var request: OneOffCommand.Request {
        switch kind {
        case .rpc: .rpc(expression ?? "")
        case .remote: .remote(terminal: terminal)
        }
    }
}

extension ConfigTrial {
    /// What is to be run for a process in a trial, each command as `call` makes it one of the machine. Throws ``ReleaseError``.
    func add(
        to preflight: inout Preflight, _ replica: Replica, of spec: AppSpec, _ inputs: ReplicaInputs,
        onlyReads: Bool, call: (OneOffCommand) throws -> ProgramCall
    ) throws {
        preflight.secretValues += inputs.environment.secrets.compactMap { inputs.environment.variables[$0] }
        if preflight.reads == nil { preflight.reads = try reads().map(call) }
        guard !onlyReads else { return }
        preflight.untried = untried
        preflight.boots[replica.process] = try boot().map(call)
        preflight.boots["\(replica.process), vm.args"] = try arguments().map(call)
        let isFirst = preflight.releaseCommand == nil || spec.processes[replica.process]?.http != nil
        if let words = spec.releaseCommand, isFirst { preflight.releaseCommand = try call(try command(words)) }
    }
}
