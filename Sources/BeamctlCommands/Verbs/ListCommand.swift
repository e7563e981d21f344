import ArgumentParser
import FleetModel

/// `beamctl list`: every app.
struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the apps, those of one namespace (-n) or environment (-e) only, or all.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var format: FormatOptions

    func run() async throws {
        try await Session.run(options) { session in
            let all = try await session.platform.list(namespace: options.givenNamespace)
            let apps = all.filter { options.environment == nil || $0.revision.spec.environment?.name == options.environment }
            if format.json { return session.terminal.print(try JSONOutput.text(apps)) }
            guard !apps.isEmpty else { return session.terminal.say("no apps; try: beamctl deploy in a project's folder") }
            var table = TextTable("NAMESPACE", "APP", "REVISION", "RELEASE", "READY", "STATE")
            for app in apps {
                let release = app.revision.release.description
                table.add([
                    app.deployment.key.namespace, app.deployment.key.app, "\(app.revision.number)",
                    "\(release.name) \(release.version)", "\(app.rollout.ready)/\(app.rollout.wanted)", Self.state(app),
                ])
            }
            table.lines().forEach(session.terminal.print)
        }
    }

    private static func state(_ app: AppStatus) -> String {
        switch app.deployment.intent {
        case .stop: "stopped"
        case .destroy: "being destroyed"
        case .run: app.rollout.isComplete ? "running" : "changing"
        }
    }
}
