import ArgumentParser
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
        let code = try await Session.run(options, of: app) { session -> Int32 in
            let key = try AppName.resolve(app, options, in: session)
            let chosen = process.map { ["--process", $0] } ?? []
            let rest = command.isEmpty ? [] : ["--"] + command
            if let there = session.there(running: "run", [key.app, "-n", key.namespace] + chosen + rest) {
                try Becoming.become(there)
            }
            let revision = try await session.platform.status(of: key).revision
            return try await OneOffProgram(key: key, revision: revision, process: process, words: command).run(
                on: session.platform, endsWithCaller: options.endsWithCaller)
        }
        Foundation.exit(code)
    }
}
