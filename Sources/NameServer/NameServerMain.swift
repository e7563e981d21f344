import Glibc
import HeadlessDNS
import NIOCore
import NIOPosix
import ProcessControl

/// `beamctl-dns`: the name server of a cluster's services, in a process of its own that outlives who starts it.
@main
struct NameServerMain {
    static func main() async {
        // All files are this user's alone, the control socket from its first moment on.
        umask(0o077)
        let signals = Signals()
        let arguments: Arguments
        do {
            arguments = try Arguments(CommandLine.arguments.dropFirst())
        } catch {
            EventLog.raw("beamctl-dns: \(error)\n\(Arguments.usage)\n")
            exit(StandingProgram.Exit.usage.rawValue)
        }
        let program = StandingProgram(name: "beamctl-dns", directory: arguments.directory, stem: "dns")
        let code = await program.run(signals, explain: explain) { try await serve(arguments, program.socketPath) }
        withExtendedLifetime(signals) {}
        exit(code.rawValue)
    }

    private static func serve(_ arguments: Arguments, _ socket: String) async throws {
        let configuration = NameServerProcess.Configuration(
            zoneFile: ZoneFile(path: "\(arguments.directory)/zone.json"), socketPath: socket, listen: arguments.listen,
            origin: arguments.origin, version: arguments.version, upstreams: arguments.upstreams)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let process = try await NameServerProcess.start(configuration, on: group, log: EventLog.write)
        EventLog.write("pid \(getpid()) listening on \(process.addresses.map(Self.text).joined(separator: ", "))")
        try await process.run()
        try? await group.shutdownGracefully()
    }

    private static func text(_ address: SocketAddress) -> String {
        "\(address.ipAddress ?? "?"):\(address.port ?? 0)"
    }

    private static func explain(_ error: any Error) -> StandingProgram.Exit {
        switch error {
        case let error as ListenError:
            EventLog.write(
                "\(error); stop what listens there (ss -lnp 'sport = :\(error.address.port ?? 0)') or choose another port")
            return .cannotListen
        case is StateFileError, is ZoneError:
            EventLog.write("the zone is not served: \(error); mend or remove the file, an empty zone would part every cluster")
            return .badState
        default:
            EventLog.write("cannot start: \(error)")
            return .cannotCreate
        }
    }
}
