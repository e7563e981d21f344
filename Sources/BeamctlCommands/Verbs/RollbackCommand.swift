import ArgumentParser
import Deploying
import FleetModel

/// `beamctl rollback [APP] [--to N]`: brings an older revision back.
struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Bring an older revision back: its release, its manifest, its variables and secrets.",
        discussion: """
            Without --to, the newest one before the wanted one that once ran whole and is not the same. It becomes a new revision and
            is rolled out like any other. What was scaled since the present one was deployed stays scaled.
            """)

    @OptionGroup var options: PlatformOptions
    @OptionGroup var waiting: WaitOptions
    @Option(help: ArgumentHelp("The revision's number, as history shows it.", valueName: "revision")) var to: Int?
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws {
        try await Session.run(options, of: app) { session in
            let key = try AppName.resolve(app, options, in: session)
            let report = StepReport(session.terminal)
            try await DeployLock(session: session, report: report, verb: "rollback", limit: waiting.limit).hold(key) {
                try await roll(key, session, report)
            }
        }
    }

    private func roll(_ key: AppKey, _ session: Session, _ report: StepReport) async throws {
        let target = try await session.platform.history(of: key).target(of: to)
        report.progress("config", "trying")
        var trial = PreflightRequest(
            namespace: key.namespace, spec: target.spec, release: target.release, settings: target.settings ?? Settings())
        trial.reads = false
        let outcome = try await ConfigTrialRun(platform: session.platform).run(trial)
        report.done("config", outcome.untried.map { "not tried: \($0)" } ?? "tried")
        let request = RollbackRequest(to: target.number, user: session.surroundings.user, id: RequestID.fresh())
        let revision = try await session.platform.rollback(key, request)
        _ = try await RolloutWait(
            session: session, key: key, report: report, limit: waiting.limit, undo: .revision(revision.number)
        ).untilDone()
        session.terminal.print("\(key.app) runs what revision \(target.number) was   revision \(revision.number)")
    }
}
