import ArgumentParser
import FleetModel
import Glibc

/// `beamctl destroy [APP]`: ends it and forgets it.
struct Destroy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End an app's replicas and forget the app: revisions, variables, secrets, logs, cookie.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var lock: LockOptions
    @Flag(help: "Do not ask.") var yes = false
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws {
        try await Session.run(options, of: app) { session in
            let key = try AppName.resolve(app, options, in: session)
            let status = try await session.platform.status(of: key)
            if !yes { try confirm(status, session.terminal) }
            let report = StepReport(session.terminal)
            try await DeployLock(session: session, report: report, verb: "destroy", limit: lock.limit).hold(key) {
                try await EndingWait(session: session, key: key, report: report, limit: lock.limit).run {
                    try await session.platform.destroy(key)
                }
            }
            session.terminal.print("\(key.app) is destroyed")
        }
    }

    private func confirm(_ status: AppStatus, _ terminal: Terminal) throws {
        let key = status.deployment.key
        guard isatty(0) == 1 else {
            throw CommandFailure(
                "not_confirmed", "destroy asks first, and there is nobody to answer", hint: "beamctl destroy \(key.app) --yes")
        }
        terminal.sayRaw(
            "destroy \(key.app) in namespace \(key.namespace): \(status.replicas.count) replicas, revisions, secrets, logs. Type its name: "
        )
        guard WaitingForInput.read({ readLine() }) == key.app else {
            throw CommandFailure("not_confirmed", "nothing was destroyed")
        }
    }
}
