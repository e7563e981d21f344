import Glibc
import HeadlessDNS
import NIOCore
import NIOPosix

/// `beamctl-dns`: the name server of a cluster's services, in a process of its own that outlives who starts it.
@main
struct NameServerMain {
    /// How it exits; the numbers of sysexits.h.
    enum Exit: Int32 {
        case done = 0
        /// The zone file is no zone (EX_DATAERR).
        case badZone = 65
        /// The arguments are none (EX_USAGE).
        case usage = 64
        /// A port is taken or not to be had (EX_UNAVAILABLE).
        case cannotListen = 69
        /// The directory or the control socket cannot be used (EX_CANTCREAT).
        case cannotCreate = 73
        /// Another one runs in this directory (EX_TEMPFAIL).
        case alreadyRunning = 75
    }

    static func main() async {
        // All files are this user's alone, the control socket from its first moment on.
        umask(0o077)
        let signals = Signals()
        let arguments: Arguments
        do {
            arguments = try Arguments(CommandLine.arguments.dropFirst())
        } catch {
            EventLog.raw("beamctl-dns: \(error)\n\(Arguments.usage)\n")
            exit(Exit.usage.rawValue)
        }
        let code = await run(arguments, signals.terminations)
        withExtendedLifetime(signals) {}
        exit(code.rawValue)
    }

    private static func run(_ arguments: Arguments, _ terminations: AsyncStream<Int32>) async -> Exit {
        mkdir(arguments.directory, 0o700)
        let lock: ProcessLock
        do throws(ProcessLock.Problem) {
            lock = try ProcessLock(path: "\(arguments.directory)/dns.lock")
        } catch {
            return refuse(error, arguments)
        }
        let code = await serve(arguments, terminations)
        _ = consume lock
        return code
    }

    private static func serve(_ arguments: Arguments, _ terminations: AsyncStream<Int32>) async -> Exit {
        let socket = "\(arguments.directory)/dns.sock"
        guard socket.utf8.count <= NameServerProcess.maximumSocketPath else {
            EventLog.write("\(socket) is \(socket.utf8.count) octets long; a Unix socket's path has at most 107")
            return .cannotCreate
        }
        let configuration = NameServerProcess.Configuration(
            zoneFile: ZoneFile(path: "\(arguments.directory)/zone.json"), socketPath: socket, listen: arguments.listen,
            origin: arguments.origin, version: arguments.version, upstreams: arguments.upstreams)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let process = try await NameServerProcess.start(configuration, on: group, log: EventLog.write)
            EventLog.write("pid \(getpid()) listening on \(process.addresses.map(Self.text).joined(separator: ", "))")
            try await run(process, terminations)
            try? await group.shutdownGracefully()
            EventLog.write("stopped")
            return .done
        } catch {
            return explain(error)
        }
    }

    /// Runs until told to stop over the socket or by a signal.
    private static func run(_ process: NameServerProcess, _ terminations: AsyncStream<Int32>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await process.run() }
            group.addTask {
                for await signal in terminations {
                    EventLog.write("stopping: signal \(signal)")
                    return
                }
            }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private static func text(_ address: SocketAddress) -> String {
        "\(address.ipAddress ?? "?"):\(address.port ?? 0)"
    }

    private static func refuse(_ problem: ProcessLock.Problem, _ arguments: Arguments) -> Exit {
        switch problem {
        case .held:
            EventLog.write("another beamctl-dns runs in \(arguments.directory): it holds dns.lock; stop it first")
            return .alreadyRunning
        case .unusable(let reason):
            EventLog.write("\(arguments.directory)/dns.lock cannot be opened: \(reason)")
            return .cannotCreate
        }
    }

    private static func explain(_ error: any Error) -> Exit {
        switch error {
        case let error as ListenError:
            EventLog.write(
                "\(error); stop what listens there (ss -lnp 'sport = :\(error.address.port ?? 0)') or choose another port")
            return .cannotListen
        case is ZoneFileError, is ZoneError:
            EventLog.write("the zone is not served: \(error); mend or remove the file, an empty zone would part every cluster")
            return .badZone
        default:
            EventLog.write("cannot start: \(error)")
            return .cannotCreate
        }
    }
}
