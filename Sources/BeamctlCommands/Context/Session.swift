import ControlAPI
import Deploying
import FleetModel
import Foundation
import Glibc
import HTTPTransport
import LocalPlatform

/// What a verb works with: the terminal, the surroundings, the platform. Made once for a command.
struct Session: Sendable {
    let surroundings: Surroundings
    let terminal: Terminal
    let transport: HTTPTransport
    let home: Home
    let client: DaemonClient
    /// The way to the machine that is meant; nil: it is this one.
    let connection: SSHConnection?

    /// Makes one, hands it over, and tidies up.
    ///
    /// - Parameter connects: Whether a connection to another machine is made first.
    static func run<Value>(
        _ options: PlatformOptions, connects: Bool = true, _ body: (Session) async throws -> Value
    ) async throws -> Value {
        let surroundings = Surroundings.current()
        let (home, platform) = (try surroundings.home(), try surroundings.platform(options))
        let transport = HTTPTransport()
        do {
            let session = try Session(surroundings: surroundings, transport: transport, home: home, platform: platform)
            if connects { try await session.connect() }
            let value = try await body(session)
            await transport.shutdown()
            return value
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    private init(surroundings: Surroundings, transport: HTTPTransport, home: Home, platform: PlatformName) throws {
        self.surroundings = surroundings
        self.transport = transport
        self.home = home
        terminal = Terminal(noColour: surroundings.noColour)
        switch platform {
        case .kubernetes: throw NotOnKubernetes.failure("--on kubernetes")
        case .local:
            let starter = DaemonStarter(home: home, surroundings: surroundings)
            client = DaemonClient(
                transport: transport, socket: home.socket,
                host: { [surroundings] call in
                    try HostedProgram.call(call, by: surroundings.program, environment: surroundings.environment)
                },
                silence: { SilentDaemon(home).error }
            ) { try await starter.start() }
            connection = nil
        case .ssh(let destination):
            let connection = SSHConnection(destination, folder: home.path + "/ssh", environment: surroundings.environment)
            client = DaemonClient(
                transport: transport, socket: connection.socket, relay: { try connection.program($0) },
                silence: {
                    PlatformError(
                        .unresponsive, "the daemon of \(destination) does not answer",
                        hint: "beamctl daemon status --on \(destination)")
                }
            ) {
                try await connection.open(api: ControlRoute.version)
            }
            self.connection = connection
        }
    }

    /// Makes the connection to another machine, unless its daemon answers over the one that is there.
    private func connect() async throws {
        guard let connection else { return }
        if let status = try? await client.daemonStatus(), status.api == ControlRoute.version { return }
        try await connection.open(api: ControlRoute.version)
    }

    /// The platform that a verb talks to.
    var platform: any Platform { client }

    /// Where the platform takes releases from.
    var shelf: any ReleaseShelf {
        connection.map { RemoteShelf(connection: $0, environment: surroundings.environment) } ?? LocalShelf(platform: client)
    }

    /// The same command as the other machine's own, for what works on the files and programs of the platform's machine; nil when that
    /// is this machine.
    func there(_ words: [String]) -> ProgramCall? {
        connection?.program(words, isInteractive: isatty(0) == 1 && isatty(1) == 1)
    }

    /// The same for a verb that runs a program, which is ended there when this process has ended.
    func there(running verb: String, _ words: [String]) -> ProgramCall? { there([verb, "--\(PlatformOptions.tied)"] + words) }

    /// What a replica's address looks like here, for what is shown of variables that hold one.
    func exampleAddresses() async -> ConfigCheck.Addresses {
        guard let status = try? await client.daemonStatus(), let network = try? LoopbackNetwork(status.network) else {
            return ConfigCheck.Addresses()
        }
        return ConfigCheck.Addresses(replica: network.firstAddress, nameServer: network.nameServer)
    }
}
