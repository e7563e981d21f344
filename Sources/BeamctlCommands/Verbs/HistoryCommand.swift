import ArgumentParser
import FleetModel

/// `beamctl history [APP]`: every revision.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show an app's revisions: who made each, when, from which commit, and what it runs.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws {
        try await Session.run(options, of: app) { session in
            let history = try await session.platform.history(of: try AppName.resolve(app, options, in: session))
            if format.json { return session.terminal.print(try JSONOutput.text(history)) }
            var table = TextTable("REVISION", "MADE", "BY", "COMMIT", "RELEASE", "SET", "STATE")
            let now = Timestamp.now
            for revision in history.revisions {
                let release = revision.release.description
                table.add([
                    "\(revision.number)", Quantity.age(seconds: Int(now.since(revision.createdAt).components.seconds)) + " ago",
                    revision.origin.user, Self.commit(revision.origin), "\(release.name) \(release.version)",
                    Self.settings(revision), Self.state(revision, history),
                ])
            }
            table.lines().forEach(session.terminal.print)
        }
    }

    private static func commit(_ origin: RevisionOrigin) -> String {
        origin.commit.map { $0.prefix(10) + (origin.isDirty ? " and changes" : "") } ?? "-"
    }

    private static func settings(_ revision: Revision) -> String {
        let (env, secrets) = (revision.settings?.env.count ?? 0, revision.settings?.secrets.count ?? 0)
        if env + secrets == 0 { return "-" }
        return "\(env) env, \(secrets) secret" + (secrets == 1 ? "" : "s")
    }

    private static func state(_ revision: Revision, _ history: History) -> String {
        var words: [String] = []
        if revision.number == history.wanted { words.append("wanted") }
        if let older = revision.restores { words.append("brings back \(older)") }
        if revision.completedAt == nil { words.append("never ran whole") }
        if !history.keptReleases.contains(revision.release.digest) { words.append("no longer kept") }
        return words.isEmpty ? "ran" : words.joined(separator: ", ")
    }
}
