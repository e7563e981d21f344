import Glibc
import HTTPEntrance
import NIOCore
import NIOPosix
import ProcessControl

/// `beamctl-entrance`: the HTTP entrance of a machine's apps, in a process of its own that outlives who starts it.
@main
struct EntranceMain {
    static func main() async {
        // All files are this user's alone, the control socket from its first moment on.
        umask(0o077)
        let signals = Signals()
        let arguments: Arguments
        do {
            arguments = try Arguments(CommandLine.arguments.dropFirst())
        } catch {
            EventLog.raw("beamctl-entrance: \(error)\n\(Arguments.usage)\n")
            exit(StandingProgram.Exit.usage.rawValue)
        }
        raiseFileLimit()
        let program = StandingProgram(name: "beamctl-entrance", directory: arguments.directory, stem: "entrance")
        let code = await program.run(signals, explain: explain) { try await serve(arguments, program.socketPath) }
        withExtendedLifetime(signals) {}
        exit(code.rawValue)
    }

    private static func serve(_ arguments: Arguments, _ socket: String) async throws {
        let configuration = EntranceProcess.Configuration(
            directory: arguments.directory, socketPath: socket,
            first: EntranceConfiguration(
                listen: arguments.listen, listenHTTPS: arguments.listenHTTPS, trusted: arguments.trusted),
            version: arguments.version)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: arguments.threads)
        let process = try await EntranceProcess.start(configuration, on: group, log: EventLog.write)
        EventLog.write("pid \(getpid()) listening on \(process.addresses.map(\.place).joined(separator: ", "))")
        try await process.run()
        try? await group.shutdownGracefully()
    }

    /// Each request holds two descriptors; the soft limit is often 1024.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func explain(_ error: any Error) -> StandingProgram.Exit {
        switch error {
        case let error as EntranceListenError:
            EventLog.write(
                "\(error); stop what listens there (ss -lntp 'sport = :\(error.address.port ?? 0)') or choose another port")
            return .cannotListen
        case is StateFileError:
            EventLog.write("the routes cannot be read: \(error); mend or remove the file")
            return .badState
        default:
            EventLog.write("cannot start: \(error)")
            return .cannotCreate
        }
    }
}
