internal import Glibc

/// A program that stands apart from the daemon and outlives it: one for each folder, told over a socket in it, ended by an order or a
/// signal.
package struct StandingProgram: Sendable {
    /// How it exits; the numbers of sysexits.h.
    package enum Exit: Int32, Sendable {
        case done = 0
        /// The arguments are none (EX_USAGE).
        case usage = 64
        /// What it was last told cannot be read (EX_DATAERR).
        case badState = 65
        /// A port is taken or not to be had (EX_UNAVAILABLE).
        case cannotListen = 69
        /// The folder or the control socket cannot be used (EX_CANTCREAT).
        case cannotCreate = 73
        /// Another one runs in this folder (EX_TEMPFAIL).
        case alreadyRunning = 75
    }

    /// Its name, for people: `beamctl-dns`.
    package var name: String
    /// Its folder.
    package var directory: String
    /// What its files begin with: `dns` makes `dns.lock` and `dns.sock`.
    package var stem: String

    /// Names one.
    package init(name: String, directory: String, stem: String) {
        self.name = name
        self.directory = directory
        self.stem = stem
    }

    /// Its control socket.
    package var socketPath: String { "\(directory)/\(stem).sock" }

    /// Its lock.
    package var lockPath: String { "\(directory)/\(stem).lock" }

    /// Runs `body` under the folder's lock until it returns or a signal comes, which cancels it. `explain` says what an error that
    /// `body` threw means.
    package func run(
        _ signals: Signals, explain: (any Error) -> Exit, _ body: @escaping @Sendable () async throws -> Void
    ) async -> Exit {
        mkdir(directory, 0o700)
        let lock: ProcessLock
        do throws(ProcessLock.Problem) {
            lock = try ProcessLock(path: lockPath)
        } catch {
            return refuse(error)
        }
        let code = await run(signals.terminations, explain, body)
        _ = consume lock
        return code
    }

    private func run(
        _ terminations: AsyncStream<Int32>, _ explain: (any Error) -> Exit, _ body: @escaping @Sendable () async throws -> Void
    ) async -> Exit {
        guard socketPath.utf8.count <= ControlSocket.maximumPath else {
            EventLog.write("\(socketPath) is \(socketPath.utf8.count) octets long; a Unix socket's path has at most 107")
            return .cannotCreate
        }
        do {
            try await runUntilTold(terminations, body)
            EventLog.write("stopped")
            return .done
        } catch {
            return explain(error)
        }
    }

    private func runUntilTold(
        _ terminations: AsyncStream<Int32>, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
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

    private func refuse(_ problem: ProcessLock.Problem) -> Exit {
        switch problem {
        case .held:
            EventLog.write("another \(name) runs in \(directory): it holds \(stem).lock; stop it first")
            return .alreadyRunning
        case .unusable(let reason):
            EventLog.write("\(directory)/\(stem).lock cannot be opened: \(reason)")
            return .cannotCreate
        }
    }
}
