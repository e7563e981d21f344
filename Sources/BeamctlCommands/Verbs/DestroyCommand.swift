import ArgumentParser
import FleetModel
import Glibc
import KubernetesPlatform

/// `beamctl destroy [APP]`: ends it and forgets it.
struct Destroy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "End an app's replicas and forget the app: revisions, variables, secrets, logs, cookie.",
        discussion: "On Kubernetes the volumes of replicas with identity: stable stay, and are named, unless --volumes is given.")

    @OptionGroup var options: PlatformOptions
    @OptionGroup var lock: LockOptions
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "On Kubernetes: remove the replicas' volumes, with all that is on them, too.") var volumes = false
    @Argument(help: "The app, or its project's folder.") var app: String?

    func run() async throws {
        try await Session.run(options, of: app) { session in
            let key = try AppName.resolve(app, options, in: session)
            let status = try await session.platform.status(of: key)
            let there = try await volumesThere(key, session)
            if !yes { try confirm(status, volumes ? there : [], session.terminal) }
            let report = StepReport(session.terminal)
            try await DeployLock(session: session, report: report, verb: "destroy", limit: lock.limit).hold(key) {
                try await EndingWait(session: session, key: key, report: report, limit: lock.limit).run {
                    if let cluster = session.cluster {
                        try await cluster.destroy(key, volumes: volumes ? there : [])
                    } else {
                        try await session.platform.destroy(key)
                    }
                }
            }
            session.terminal.print("\(key.app) is destroyed")
            guard !volumes, !there.isEmpty else { return }
            session.terminal.say(
                """
                \(Quantity.count(there.count, "volume")) of its replicas stayed: \(there.joined(separator: ", "))
                try: kubectl delete pvc -n \(key.namespace) \(there.joined(separator: " ")), or deploy it again: it takes them up
                """)
        }
    }

    private func volumesThere(_ key: AppKey, _ session: Session) async throws -> [String] {
        guard let cluster = session.cluster else {
            guard !volumes else {
                throw CommandFailure(
                    "invalid_request", "--volumes is about volumes of a cluster: on a machine replicas have none",
                    hint: "beamctl destroy \(key.app)", exitCode: CommandFailure.Exit.usage)
            }
            return []
        }
        do {
            return try await cluster.volumes(of: key)
        } catch let error as PlatformError where !volumes && error.code == ClusterPlatform.forbidden {
            // Who may not see them may destroy what there is beside them.
            return []
        }
    }

    private func confirm(_ status: AppStatus, _ volumes: [String], _ terminal: Terminal) throws {
        let key = status.deployment.key
        guard isatty(0) == 1 else {
            throw CommandFailure(
                "not_confirmed", "destroy asks first, and there is nobody to answer", hint: "beamctl destroy \(key.app) --yes")
        }
        terminal.sayRaw(
            "destroy \(key.app) in namespace \(key.namespace): \(status.replicas.count) replicas, revisions, secrets, logs"
                + (volumes.isEmpty ? "" : ", and all that is on its volumes: \(volumes.joined(separator: ", "))")
                + ". Type its name: "
        )
        guard WaitingForInput.read({ readLine() }) == key.app else {
            throw CommandFailure("not_confirmed", "nothing was destroyed")
        }
    }
}
