import ArgumentParser
import ControlAPI
import FleetModel
import LocalPlatform

/// `beamctl stop [APP]`, `beamctl stop --all`: no replica, and nothing forgotten.
struct Stop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "End an app's replicas and keep the app; with --all, end everything that beamctl runs.",
        discussion: "Stopped apps stay stopped, over restarts of the machine too, until they are deployed, restarted or scaled.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var lock: LockOptions
    @Flag(help: "Every replica of every app, the name server and the daemon.") var all = false
    @Argument(help: "The app, or its project's folder.") var app: String?

    func validate() throws {
        if all && app != nil { throw ValidationError("--all stops every app: name none") }
    }

    func run() async throws {
        try await Session.run(options, of: app, connects: !all) { session in
            if all {
                _ = try session.endingDaemon
                if let there = session.there(["stop", "--all", "--timeout", "\(lock.timeout)"]) { try Becoming.become(there) }
                return try await stopAll(session)
            }
            let key = try AppName.resolve(app, options, in: session)
            let report = StepReport(session.terminal)
            try await DeployLock(session: session, report: report, verb: "stop", limit: lock.limit).hold(key) {
                try await EndingWait(session: session, key: key, report: report, limit: lock.limit).run {
                    try await session.platform.stop(key)
                }
            }
            session.terminal.print("\(key.app) is stopped")
        }
    }

    private func stopAll(_ session: Session) async throws {
        // Without a daemon replicas may still live: one is started, finds them, and ends them.
        if !DaemonLock.isHeld(session.home) {
            guard session.home.hasState || HomeInspection(session.home).hasLiveReplicas else {
                return session.terminal.print("nothing runs")
            }
            try await DaemonStarter(home: session.home, surroundings: session.surroundings).start()
        }
        let client = try session.endingDaemon
        let keys = try await client.list(namespace: nil).filter { !$0.replicas.isEmpty }.map(\.deployment.key)
        try await EndingWait(
            report: StepReport(session.terminal), limit: lock.limit, what: "everything",
            hint: "replicas go on to end, and the daemon stays with them: beamctl stop --all again, or beamctl status APP",
            keys: keys
        ) { client.watchEnding($0) }.run { try await client.stopAll() }
        try await DaemonCommand.waitUntilGone(session)
        session.terminal.print("everything is stopped")
    }
}
