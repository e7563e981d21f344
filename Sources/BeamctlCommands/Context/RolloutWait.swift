import FleetModel
import Synchronization

/// Waits until an app has exactly the replicas that are wanted, ready and meshed; shows how it comes to that.
struct RolloutWait {
    let session: Session
    let key: AppKey
    let report: StepReport
    let limit: Duration
    /// How what is being rolled out is taken back.
    let undo: Undo

    /// How a change is taken back.
    enum Undo {
        /// By bringing back what was before this revision.
        case revision(Int)
        /// By another number.
        case scale
        /// It has changed nothing but the replicas themselves.
        case nothing
    }

    /// Returns the status at the end. Throws a failure with exit code 124 that says what is still not ready, and why; interrupted, one with
    /// exit code 130 that says that the rollout goes on.
    func untilDone() async throws -> AppStatus {
        let latest = Latest()
        do {
            return try await withThrowingTaskGroup(of: AppStatus?.self) { group in
                group.addTask { [self] in try await follow(latest) }
                group.addTask { [self] in
                    try await tellHindrances(of: latest)
                    return nil
                }
                group.addTask { [limit] in
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let status = try await group.next() ?? nil else { throw TimedOut() }
                return status
            }
        } catch is TimedOut {
            throw await timedOut()
        } catch is CancellationError {
            report.failed("replicas", "not waited for any more")
            throw interrupted
        }
    }

    /// The app as commands name it.
    private var app: String { key.app + (key.namespace == AppKey.defaultNamespace ? "" : " -n \(key.namespace)") }

    private var place: String { session.cluster == nil ? "in the daemon" : "in the cluster" }

    /// What takes it back.
    private var back: String? {
        switch undo {
        case .revision(1): "beamctl stop \(app) ends it"
        case .revision: "beamctl rollback \(app) brings back what was before"
        case .scale: "beamctl scale \(app) N wants another number"
        case .nothing: nil
        }
    }

    private var interrupted: CommandFailure {
        CommandFailure(
            "interrupted", "interrupted; the rollout of '\(key.app)' goes on \(place)",
            hint: (["beamctl status \(app) shows how far it is"] + [back].compactMap(\.self)).joined(separator: "; "),
            exitCode: CommandFailure.Exit.interrupted)
    }

    /// Somebody has stopped what is being rolled out: `stop --all` asks for no lock.
    private var stopped: CommandFailure {
        report.failed("replicas", "stopped")
        return CommandFailure(
            "stopped", "'\(key.app)' was stopped before its replicas were ready", hint: "beamctl restart \(key.app)")
    }

    private struct TimedOut: Error {}

    private func follow(_ latest: Latest) async throws -> AppStatus {
        var haveReplicas = false
        for try await status in session.platform.watch(key) {
            latest.status = status
            let rollout = status.rollout
            guard status.deployment.intent != .stop else { throw stopped }
            if let problem = status.problem {
                throw CommandFailure("no_room", "no replica can be made: \(problem)", hint: "beamctl status \(key.app)")
            }
            guard rollout.isComplete else {
                haveReplicas = false
                report.progress("replicas", Self.progress(status))
                continue
            }
            if !haveReplicas {
                haveReplicas = true
                report.done("replicas", "\(rollout.updatedReady)/\(rollout.wanted) ready")
            }
            guard let mesh = status.mesh, rollout.wanted > 0 else { return status }
            let nodes = mesh.partitions.joined().count
            if mesh.full {
                report.done("cluster", "\(nodes)/\(nodes) nodes meshed")
                return status
            }
            report.progress("cluster", "\(nodes - Set(mesh.blind.map(\.node)).count)/\(nodes) nodes meshed")
        }
        try Task.checkCancellation()
        throw PlatformError(.appNotFound, "'\(key.app)' was destroyed meanwhile")
    }

    private static func progress(_ status: AppStatus) -> String {
        let leaving = status.rollout.live - status.rollout.updated
        return ready(status) + (leaving > 0 ? ", \(leaving) of older revisions" : "")
            + (failing(status, [.backoff, .pending]).map { "; \($0)" } ?? "")
    }

    private static func ready(_ status: AppStatus) -> String { "\(status.rollout.updatedReady)/\(status.rollout.wanted) ready" }

    /// The first replica in one of these phases that says why, and what.
    private static func failing(_ status: AppStatus, _ phases: [Replica.Phase]) -> String? {
        let late = phases.lazy.compactMap { phase in status.replicas.first { $0.phase == phase && $0.reason != nil } }.first
        return late.map { "\($0.name): \($0.reason ?? "")" }
    }

    // MARK: What keeps it

    /// The app as it was seen last.
    private final class Latest: Sendable {
        private let state = Mutex<AppStatus?>(nil)

        var status: AppStatus? {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    /// How long a rollout goes on before it is told what keeps it.
    private static let patience = Duration.seconds(10)

    /// Says what keeps the rollout while it is waited for, and says it again when that is something else: who reads it in a log, or
    /// does not want to wait to the end, sees no line that is drawn over.
    private func tellHindrances(of latest: Latest) async throws {
        var told: String?
        while true {
            try await Task.sleep(for: Self.patience)
            guard let seen = latest.status, let words = hindrance(await session.platform.explained(seen)), words != told else {
                continue
            }
            try Task.checkCancellation()
            told = words
            report.note(words)
        }
    }

    private func hindrance(_ status: AppStatus) -> String? {
        if status.rollout.isComplete {
            return status.mesh?.full == false ? MeshLine.text(of: status, session.terminal) : nil
        }
        return Self.failing(status, [.backoff, .pending, .unready, .starting]).map { "\(Self.ready(status)); \($0)" }
    }

    private func timedOut() async -> CommandFailure {
        var details: [String] = []
        var waitingFor = "the replicas"
        var areReady = false
        if let present = try? await session.platform.status(of: key) {
            let status = await session.platform.explained(present)
            let late = status.replicas.filter { $0.phase != .ready }
            areReady = late.isEmpty
            if areReady {
                waitingFor = "the cluster"
                details.append(MeshLine.text(of: status, session.terminal) ?? "mesh: no node says whom it sees")
            } else {
                waitingFor = "\(late.count) of \(status.rollout.wanted) replicas"
            }
            for replica in areReady ? status.replicas.prefix(1) : late.prefix(3) {
                if replica.phase != .ready {
                    details.append("\(replica.name) is \(replica.phase.rawValue): \(replica.reason ?? "not ready yet")")
                }
                details += await lastWords(of: replica).map { "  | \($0)" }
            }
        }
        report.failed(
            areReady ? "cluster" : "replicas", "\(areReady ? "not meshed" : "not ready") within \(limit.components.seconds) s")
        return CommandFailure(
            "timed_out",
            "timed out after \(limit.components.seconds) s waiting for \(waitingFor) of '\(key.app)'; the rollout goes on \(place)",
            hint: (["beamctl \(areReady ? "nodes" : "status") \(app)", "beamctl logs \(app)"] + [back].compactMap(\.self))
                .joined(separator: "; "), details: details,
            exitCode: CommandFailure.Exit.timedOut)
    }

    private func lastWords(of replica: Replica) async -> [String] {
        do {
            let log = try await session.platform.logs(of: key, LastWords.query(replica)).reduce(into: []) { $0.append($1) }
            let words = LastWords(of: replica, in: log)
            guard !words.lines.isEmpty else { return ["(it wrote nothing)"] }
            let end = replica.lastExit.map { ", which ended with \($0.summary)" } ?? ""
            return (words.isOfRunBefore ? ["(of its run before\(end))"] : []) + words.lines
        } catch {
            return ["(its log cannot be read: \(error))"]
        }
    }
}
