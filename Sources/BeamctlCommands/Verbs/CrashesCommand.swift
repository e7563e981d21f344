import ArgumentParser
import FleetModel

/// `beamctl crashes [APP]`: the crash dumps of an app's replicas.
struct CrashesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crashes",
        abstract: "Show the crash dumps that replicas left: why, when, and what their processes held.",
        discussion: """
            The last 3 dumps of each replica are kept, and 12 of an app, each of 64 MiB at most (ERL_CRASH_DUMP_BYTES in the app's env
            changes that); they go when the app is destroyed.
            On Kubernetes the last end of each pod that is there is told, with the dump that lies in the pod: both go with it.
            """)

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Option(help: "Only of this replica.") var replica: String?
    @Flag(help: "Tell all of each dump that is told of one.") var details = false
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws {
        try await Session.run(options, of: app) { session in
            let key = try AppName.resolve(app, options, in: session)
            let all = try await session.platform.crashes(of: key)
            let chosen = replica.map { name in all.filter { $0.replica == name || $0.node == name } } ?? all
            if format.json { return session.terminal.print(try JSONOutput.text(chosen)) }
            guard !chosen.isEmpty else {
                return session.terminal.say(
                    all.isEmpty
                        ? "no replica of \(key.app) left a crash dump"
                            + (session.cluster == nil ? "" : "; what pods that are gone left went with them")
                        : "no dump of \(replica ?? "it"); there are some of "
                            + Set(all.map(\.replica)).sorted().joined(separator: ", "))
            }
            // One alone is told whole.
            if details || chosen.count == 1 {
                for (place, crash) in chosen.enumerated() {
                    if place > 0 { session.terminal.print("") }
                    CrashView(crash).lines.forEach(session.terminal.print)
                }
            } else {
                CrashView.table(chosen, now: .now).lines().forEach(session.terminal.print)
            }
        }
    }
}
