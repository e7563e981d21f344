import ArgumentParser
import FleetModel

/// `beamctl restart [APP]`: every replica anew, under the rollout's bounds.
struct Restart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Replace every replica by a new one, one after another.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var waiting: WaitOptions
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws {
        try await Session.run(options, of: app) { session in
            let key = try AppName.resolve(app, options, in: session)
            let report = StepReport(session.terminal)
            try await DeployLock(session: session, report: report, verb: "restart", limit: waiting.limit).hold(key) {
                _ = try await session.platform.restart(key)
                let status = try await RolloutWait(
                    session: session, key: key, report: report, limit: waiting.limit, undo: .nothing
                ).untilDone()
                session.terminal.print("\(key.app) was restarted: \(Quantity.count(status.rollout.wanted, "replica"))")
            }
        }
    }
}
