import ArgumentParser
import FleetModel

/// `beamctl restart [APP]`: every replica anew, under the rollout's bounds.
struct Restart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Replace every replica by a new one, one after another.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var waiting: WaitOptions
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws {
        try await Session.run(options) { session in
            let key = try AppName.resolve(app, options, in: session)
            _ = try await session.platform.restart(key)
            let report = StepReport(session.terminal)
            let status = try await RolloutWait(session: session, key: key, report: report, limit: waiting.limit).untilDone()
            session.terminal.print("\(key.app) was restarted: \(Quantity.count(status.rollout.wanted, "replica"))")
        }
    }
}
