import ArgumentParser
import ControlAPI
import FleetModel
import LocalPlatform

/// `beamctl daemon run|start|stop|status`.
struct DaemonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "The process that keeps replicas as they are wanted. Commands start it when they need it; replicas outlive it.",
        subcommands: [Run.self, Start.self, Stop.self, Status.self])

    /// `daemon run`: in the foreground, for a service manager.
    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Be the daemon, until SIGTERM or SIGINT; replicas go on.")
        @OptionGroup var options: PlatformOptions
        @Flag(help: "While another daemon runs, wait until it ends.") var wait = false

        func run() throws {
            let surroundings = Surroundings.current()
            try Becoming.become(
                ProgramCall(
                    executable: surroundings.machine.path(of: .daemon), arguments: wait ? ["--wait"] : [],
                    environment: surroundings.environment,
                    directory: surroundings.directory))
        }
    }

    /// `daemon start`.
    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "start", abstract: "Start the daemon in the background.")
        @OptionGroup var options: PlatformOptions
        @OptionGroup var format: FormatOptions

        func run() async throws {
            try await Session.run(options, isOfProject: false, connects: false) { session in
                if let there = session.there(["daemon", "start"] + format.words) { try Becoming.become(there) }
                try await DaemonStarter(home: session.home, surroundings: session.surroundings).start()
                let status = try await session.machineDaemon.daemonStatus()
                if format.json { return session.terminal.print(try JSONOutput.text(status)) }
                session.terminal.print("the daemon runs: process \(status.pid)")
            }
        }
    }

    /// `daemon stop`.
    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stop",
            abstract: "Stop the daemon; replicas, their name server and the entrance go on.")
        @OptionGroup var options: PlatformOptions
        @Flag(help: "Kill it, for it does not answer.") var force = false

        func run() async throws {
            try await Session.run(options, isOfProject: false, connects: false) { session in
                if let there = session.there(["daemon", "stop"] + (force ? ["--force"] : [])) { try Becoming.become(there) }
                if force {
                    guard try SilentDaemon(session.home).kill() else { return session.terminal.print("no daemon runs") }
                    try await DaemonCommand.waitUntilGone(session)
                    return session.terminal.print("the daemon is killed; replicas go on")
                }
                guard DaemonLock.isHeld(session.home) else { return session.terminal.print("no daemon runs") }
                try await session.machineDaemon.stopDaemon()
                try await DaemonCommand.waitUntilGone(session)
                session.terminal.print("the daemon is stopped; replicas go on")
            }
        }
    }

    /// `daemon status`.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "status", abstract: "Show the daemon.")
        @OptionGroup var options: PlatformOptions
        @OptionGroup var format: FormatOptions

        func run() async throws {
            try await Session.run(options, isOfProject: false, connects: false) { session in
                if let there = session.there(["daemon", "status"] + format.words) { try Becoming.become(there) }
                let status = try await session.machineDaemon.daemonStatus()
                if format.json { return session.terminal.print(try JSONOutput.text(status)) }
                session.terminal.print(
                    """
                    process   \(status.pid)
                    version   \(status.version) (control API \(status.api))
                    socket    \(status.socket)
                    dns       \(status.dns ?? "not running")\(status.containerDNS.map { "; \($0) for containers" } ?? "")
                    entrance  \(Self.entrance(status))
                    network   \(status.network)
                    apps      \(status.apps), \(status.replicas) replicas
                    """)
            }
        }

        private static func entrance(_ status: DaemonStatus) -> String {
            if let problem = status.entranceProblem {
                return (status.entrance.isEmpty ? "not running" : status.entrance.joined(separator: ", ")) + ": \(problem)"
            }
            return status.entrance.isEmpty ? "not running: no app serves HTTP" : status.entrance.joined(separator: ", ")
        }
    }

    /// Returns when the daemon's lock is free.
    static func waitUntilGone(_ session: Session) async throws {
        let deadline = ContinuousClock.now + .seconds(15)
        while DaemonLock.isHeld(session.home) {
            guard ContinuousClock.now < deadline else {
                throw CommandFailure(
                    "timed_out", "the daemon does not end", hint: "beamctl daemon status", exitCode: CommandFailure.Exit.timedOut)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
