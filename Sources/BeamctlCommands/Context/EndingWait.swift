import FleetModel
import Synchronization

/// Waits until the replicas of apps have ended, as long as the user wants to, and says what it waits for. What has not ended by then goes
/// on to end in the daemon.
struct EndingWait {
    let report: StepReport
    let limit: Duration
    /// What is ended, for people: `the replicas of 'shop'`.
    let what: String
    /// What is to be done next.
    let hint: String
    let keys: [AppKey]
    /// An app now and after each change.
    let watch: @Sendable (AppKey) -> AsyncThrowingStream<AppStatus, any Error>

    /// Of one app.
    init(session: Session, key: AppKey, report: StepReport, limit: Duration) {
        self.init(
            report: report, limit: limit, what: "the replicas of '\(key.app)'",
            hint: "they go on to end: beamctl status \(key.app)", keys: [key]
        ) { session.platform.watch($0) }
    }

    init(
        report: StepReport, limit: Duration, what: String, hint: String, keys: [AppKey],
        watch: @escaping @Sendable (AppKey) -> AsyncThrowingStream<AppStatus, any Error>
    ) {
        (self.report, self.limit, self.what, self.hint) = (report, limit, what, hint)
        (self.keys, self.watch) = (keys, watch)
    }

    /// How long nothing is said: most replicas have ended by then.
    private static let quiet = Duration.seconds(3)
    /// How many replicas are named.
    private static let most = 5

    private enum News: Sendable {
        case ended, timedOut, isSlow, followed
    }

    /// Does what ends them. Throws ``CommandFailure`` with exit code 124 when that takes longer than the limit, and what `end` throws.
    func run(_ end: @escaping @Sendable () async throws -> Void) async throws {
        let left = WhatIsLeft()
        try await withThrowingTaskGroup(of: News.self) { group in
            group.addTask {
                try await end()
                return .ended
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return .timedOut
            }
            group.addTask {
                try await Task.sleep(for: Self.quiet)
                return .isSlow
            }
            for key in keys {
                group.addTask {
                    // What is not told is missing from the words; `end` itself says what is wrong.
                    do { for try await status in watch(key) { tell(left.note(status)) } } catch {}
                    return .followed
                }
            }
            defer { group.cancelAll() }
            while let news = try await group.next() {
                switch news {
                case .ended: return
                case .timedOut: throw timedOut(left)
                case .isSlow: tell(left.isSlow())
                case .followed: continue
                }
            }
        }
    }

    private func tell(_ words: [String]) {
        words.forEach { report.note($0) }
    }

    private func timedOut(_ left: WhatIsLeft) -> CommandFailure {
        let problems = left.problems
        return CommandFailure(
            "timed_out",
            "timed out after \(limit.components.seconds) s waiting for \(what) to end"
                + (problems.first.map { ": \($0)" } ?? ""),
            hint: hint, details: left.lines(atMost: Self.most), exitCode: CommandFailure.Exit.timedOut)
    }
}

/// What has not ended yet, as it was last told.
private final class WhatIsLeft: Sendable {
    private struct State {
        var apps: [AppKey: AppStatus] = [:]
        var isSlow = false
        var said: Set<String> = []
    }

    private let state = Mutex(State())

    /// Remembers it; returns what is to be said now.
    func note(_ status: AppStatus) -> [String] {
        state.withLock { state in
            state.apps[status.deployment.key] = status
            return state.isSlow ? Self.fresh(&state) : []
        }
    }

    /// It takes long: returns what is to be said.
    func isSlow() -> [String] {
        state.withLock { state in
            state.isSlow = true
            let count = state.apps.values.reduce(0) { $0 + $1.replicas.count }
            let words = count == 0 ? [] : ["waiting for \(Quantity.count(count, "replica")) to end"]
            return words + Self.fresh(&state)
        }
    }

    /// Why nothing is heard of them, each reason once.
    var problems: [String] { state.withLock { Self.problems($0) } }

    /// A line for each replica.
    func lines(atMost most: Int) -> [String] {
        let replicas = state.withLock { state in
            state.apps.sorted { $0.key < $1.key }.flatMap(\.value.replicas)
        }
        let lines = replicas.prefix(most).map { "\($0.name) is \($0.phase.rawValue)" + ($0.reason.map { ": \($0)" } ?? "") }
        return lines + (replicas.count > most ? ["and \(replicas.count - most) more"] : [])
    }

    private static func problems(_ state: State) -> [String] {
        var seen: Set<String> = []
        return state.apps.sorted { $0.key < $1.key }.compactMap(\.value.runtimeProblem).filter { seen.insert($0).inserted }
    }

    private static func fresh(_ state: inout State) -> [String] {
        let new = problems(state).filter { !state.said.contains($0) }
        state.said.formUnion(new)
        return new.map { "! \($0)" }
    }
}
