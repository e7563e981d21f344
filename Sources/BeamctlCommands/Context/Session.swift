import AppManifest
import ControlAPI
import Deploying
import FleetModel
import Foundation
import Glibc
import HTTPTransport
import KubernetesPlatform
import LocalPlatform

/// What a verb works with: the terminal, the surroundings, the platform. Made once for a command.
struct Session: Sendable {
    let surroundings: Surroundings
    let terminal: Terminal
    let transport: HTTPTransport
    let home: Home
    /// The platform that a verb talks to.
    let platform: any Platform
    /// The daemon, where the platform is one, for what only a daemon has.
    let daemon: DaemonClient?
    /// The cluster, where the platform is one, for what only a cluster has.
    let cluster: ClusterPlatform?
    /// The way to the machine that is meant; nil: it is this one.
    let connection: SSHConnection?
    /// The namespace where the command line names none.
    private let standardNamespace: String

    /// Makes one, hands it over, and tidies up.
    ///
    /// - Parameters:
    ///   - subject: The argument that names an app or a project's folder: its manifest may say which platform is meant.
    ///   - isOfProject: Whether the manifest of the project here says which platform is meant.
    ///   - connects: Whether a connection to another machine is made first.
    ///   - forces: Whether fields that others own in a cluster are taken over.
    static func run<Value>(
        _ options: PlatformOptions, of subject: String? = nil, isOfProject: Bool = true, connects: Bool = true,
        forces: Bool = false,
        _ body: (Session) async throws -> Value
    ) async throws -> Value {
        let surroundings = Surroundings.current()
        let home = try surroundings.machine.home()
        let choice = try PlatformChoice.make(options, subject, isOfProject: isOfProject, surroundings)
        let transport = HTTPTransport()
        let session: Session
        do {
            session = try Session(
                surroundings: surroundings, transport: transport, home: home, choice: choice, forces: forces)
        } catch {
            await transport.shutdown()
            throw error
        }
        do {
            if connects { try await session.connect() }
            let value = try await body(session)
            await session.shutdown()
            return value
        } catch {
            let told = await session.explained(error)
            await session.shutdown()
            throw told
        }
    }

    /// Of an app that is not there, where it was looked for, when that is no machine, and the one that was probably meant.
    private func explained(_ error: any Error) async -> any Error {
        guard var error = error as? PlatformError, let missing = error.missing else { return error }
        if let cluster { error.message += " of \(cluster.place)" }
        if let near = await nearest(to: missing) { error.message += "; did you mean \(near)?" }
        return error
    }

    /// The app whose name is nearly that of one that is not there.
    func nearest(to missing: AppKey) async -> String? {
        let present = (try? await platform.list(namespace: missing.namespace)) ?? []
        return NearestKey.nearest(to: missing.app, among: present.map(\.deployment.key.app))
    }

    private init(
        surroundings: Surroundings, transport: HTTPTransport, home: Home, choice: PlatformChoice, forces: Bool
    ) throws {
        self.surroundings = surroundings
        self.transport = transport
        self.home = home
        let terminal = Terminal(noColour: surroundings.noColour)
        self.terminal = terminal
        standardNamespace = choice.namespace
        switch choice.name {
        case .kubernetes:
            let helper = ClusterHelper(
                program: MachineSettings.program, environment: surroundings.environment, directory: surroundings.directory)
            let cluster: ClusterPlatform
            do {
                cluster = try ClusterPlatform(context: choice.context, helper: helper, forcesConflicts: forces) {
                    terminal.say($0)
                }
            } catch var error as PlatformError where choice.isManifests {
                error.message = "\(Manifest.fileName) says on: kubernetes, and \(error.message)"
                error.hint = [error.hint, "--on local means this machine"].compactMap(\.self).joined(separator: "; ")
                throw error
            }
            (platform, self.cluster, daemon, connection) = (cluster, cluster, nil, nil)
        case .local:
            let starter = DaemonStarter(home: home, surroundings: surroundings)
            let daemon = DaemonClient(
                transport: transport, socket: home.socket,
                host: { [surroundings] call in try HostedProgram.call(call, by: surroundings.machine.path(of: .keeper)) },
                silence: { SilentDaemon(home).error }
            ) { try await starter.start() }
            (platform, cluster, self.daemon, connection) = (daemon, nil, daemon, nil)
        case .ssh(let destination):
            let connection = SSHConnection(destination, folder: home.path + "/ssh", environment: surroundings.environment)
            let daemon = DaemonClient(
                transport: transport, socket: connection.socket, relay: { try connection.program($0) },
                silence: {
                    PlatformError(
                        .unresponsive, "the daemon of \(destination) does not answer",
                        hint: "beamctl daemon status --on \(destination)")
                }
            ) {
                try await connection.open(api: ControlRoute.version)
            }
            (platform, cluster, self.daemon, self.connection) = (daemon, nil, daemon, connection)
        }
    }

    /// Makes the connection to another machine, unless its daemon answers over the one that is there.
    private func connect() async throws {
        guard let connection else { return }
        if let status = try? await daemon?.daemonStatus(), status.api == ControlRoute.version { return }
        try await connection.open(api: ControlRoute.version)
    }

    private func shutdown() async {
        await cluster?.shutdown()
        await transport.shutdown()
    }

    /// The command line's namespace, or the platform's standard one.
    func namespace(_ options: PlatformOptions) -> String { options.givenNamespace ?? standardNamespace }

    /// Where the platform takes releases from.
    var shelf: any ReleaseShelf {
        if let connection { return RemoteShelf(connection: connection, environment: surroundings.environment) }
        return LocalShelf(platform: platform)
    }

    /// The same command as the other machine's own, for what works on the files and programs of the platform's machine; nil when that
    /// is this machine.
    func there(_ words: [String]) -> ProgramCall? {
        connection?.program(words, isInteractive: isatty(0) == 1 && isatty(1) == 1)
    }

    /// The same for a verb that runs a program, which is ended there when this process has ended.
    func there(running verb: String, _ words: [String]) -> ProgramCall? { there([verb, "--\(PlatformOptions.tied)"] + words) }

    /// Has a check know what replicas are given beside what the user gives.
    func complete(_ check: inout ConfigCheck) async throws {
        if let cluster { return try await ClusterRelease(cluster: cluster).complete(&check) }
        check.addresses = await exampleAddresses(for: check.spec)
    }

    /// What a replica's address looks like here, for what is shown of variables that hold one.
    func exampleAddresses(for spec: AppSpec) async -> ConfigCheck.Addresses {
        let status = try? await daemon?.daemonStatus()
        if spec.runtime == .docker {
            return status?.containers.map { ConfigCheck.Addresses(replica: $0.replica, nameServer: $0.nameServer) }
                ?? ConfigCheck.Addresses(replica: "10.127.0.11", nameServer: "10.127.0.1")
        }
        guard let status, let network = try? LoopbackNetwork(status.network) else {
            return ConfigCheck.Addresses()
        }
        return ConfigCheck.Addresses(replica: network.firstAddress, nameServer: network.nameServer)
    }
}
