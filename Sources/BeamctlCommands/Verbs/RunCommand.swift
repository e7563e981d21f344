import ArgumentParser
import Deploying
import FleetModel
import Foundation

/// `beamctl run [APP] [-- CMD…]`.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a command once, beside the replicas, in the release and the environment that they have.",
        usage: "beamctl run [APP] [-- CMD…]",
        discussion: """
            CMD is a path inside the release (bin/migrate), a command of its start script (eval "App.Release.migrate()"), or a
            program of this machine (env, sh). Without one it is a shell. Terminal, input and exit code are the command's own.
            """)

    @OptionGroup var options: PlatformOptions
    @Option(help: "The process whose environment it gets; else the one that serves HTTP.") var process: String?
    @Argument(help: "The app, or its project's folder.") var app: String?
    @Argument(parsing: .postTerminator, help: "The command and its arguments.") var command: [String] = []

    func run() async throws {
        let call = try await Session.run(options) { session in
            let key = try AppName.resolve(app, options, in: session)
            let chosen = process.map { ["--process", $0] } ?? []
            let rest = command.isEmpty ? [] : ["--"] + command
            if let there = session.there(["run", key.app, "-n", key.namespace] + chosen + rest) { return there }
            let revision = try await session.platform.status(of: key).revision
            return try await OneOffProgram(key: key, revision: revision, process: process, words: command)
                .prepared(on: session.platform)
        }
        try Becoming.become(call)
    }
}

/// A command that runs once in a folder of its own, which goes when it ends.
private struct OneOffProgram {
    let key: AppKey
    let revision: Revision
    let process: String?
    let words: [String]

    /// Commands of the start scripts; every other word without a slash is a program of this machine.
    private static let scriptCommands: Set = ["eval", "start", "start_iex", "foreground", "console", "console_clean", "version"]

    func prepared(on platform: any Platform) async throws -> ProgramCall {
        var spec = revision.spec
        if let process {
            guard let chosen = spec.processes[process] else {
                throw CommandFailure(
                    "invalid_request",
                    "'\(key.app)' has no process '\(process)'; it has \(spec.processes.keys.sorted().joined(separator: ", "))",
                    exitCode: CommandFailure.Exit.usage)
            }
            spec.processes = [process: chosen]
        }
        let first = words.first ?? ""
        let isRelease = first.contains("/") && !first.hasPrefix("/") || Self.scriptCommands.contains(first)
        spec.releaseCommand = isRelease ? words : ["eval", "ok"]
        let preflight = try await platform.preflight(
            PreflightRequest(
                namespace: key.namespace, spec: spec, release: revision.release, settings: revision.settings ?? Settings()))
        guard var call = preflight.releaseCommand else {
            await platform.discard(preflight)
            throw CommandFailure("failed", "the platform prepared no command")
        }
        if !isRelease {
            call.executable = "/usr/bin/env"
            call.arguments = words.isEmpty ? ["sh"] : words
        }
        return removing(preflight.directory, after: call)
    }

    /// The command under a shell that removes the folder when it has ended, however it did: an interrupt from the terminal reaches
    /// both, and the shell waits.
    private func removing(_ folder: String, after call: ProgramCall) -> ProgramCall {
        let script = #"trap : INT QUIT TERM HUP; "$@"; code=$?; chmod -R u+w -- "$0"; rm -rf -- "$0"; exit $code"#
        var wrapped = call
        wrapped.executable = "/bin/sh"
        wrapped.arguments = ["-c", script, folder, call.executable] + call.arguments
        return wrapped
    }
}
