import ControlAPI
import FleetModel
import Glibc
import Synchronization

/// Holds an app's lock while something of it is changed; while another has it, says who.
struct DeployLock {
    let session: Session
    let report: StepReport
    /// The verb of the command that holds it, for whoever waits.
    let verb: String
    /// How long it is waited for.
    let limit: Duration

    /// Does it under the lock. The lock is let go when it is done, however that ends, and when this process ends. Throws a failure with
    /// exit code 124 when another has had it all the time.
    func hold(_ key: AppKey, _ body: () async throws -> Void) async throws {
        let holder = LockHolder(who: "\(session.surroundings.user), process \(getpid())", since: .now, verb: verb)
        let states = session.platform.deployLock(key, holder: holder)
        do {
            let others = try await wait(for: states, key)
            if !others.isEmpty { report.done("lock", "waited for \(others.joined(separator: ", then "))") }
            try Task.checkCancellation()
            try await body()
        } catch let error as PlatformError where error.code == .unresponsive {
            // Whoever answers nothing is not asked again; the stream ends with this process.
            throw error
        } catch {
            await release(key, holder)
            throw error
        }
        await release(key, holder)
        // The stream lives until here: without it the lock would be gone.
        withExtendedLifetime(states) {}
    }

    private struct TimedOut: Error {}

    /// Who has had it, the present one last.
    private final class Present: Sendable {
        private let state = Mutex<[LockHolder]>([])

        var holders: [LockHolder] { state.withLock { $0 } }

        func has(_ holder: LockHolder) {
            state.withLock { if $0.last?.who != holder.who { $0.append(holder) } }
        }
    }

    /// Returns who had it, one after another; none: nobody had.
    private func wait(for states: AsyncThrowingStream<LockHolder?, any Error>, _ key: AppKey) async throws -> [String] {
        let present = Present()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [report] in
                    for try await state in states {
                        guard let other = state else { return }
                        present.has(other)
                        report.note("waiting for \(Self.words(other, key))")
                    }
                    try Task.checkCancellation()
                    throw PlatformError(.unreachable, "the daemon has ended while the lock of '\(key.app)' was waited for")
                }
                group.addTask { [limit] in
                    try await Task.sleep(for: limit)
                    throw TimedOut()
                }
                defer { group.cancelAll() }
                try await group.next()
            }
            return present.holders.map(\.who)
        } catch is TimedOut {
            throw CommandFailure(
                "timed_out",
                "timed out after \(limit.components.seconds) s waiting for "
                    + (present.holders.last.map { Self.words($0, key) } ?? "the lock of '\(key.app)'"),
                hint: "again when that has ended, or with a longer --timeout", exitCode: CommandFailure.Exit.timedOut)
        }
    }

    /// Says so, since whoever waits should not wait until our absence is noticed. When it cannot be said, that will do.
    private func release(_ key: AppKey, _ holder: LockHolder) async {
        let platform = session.platform
        await Task.detached { try? await platform.releaseDeployLock(key, holder: holder) }.value
    }

    /// `ann@box, process 12: deploy of shop since 10:02:11 (3m)`.
    private static func words(_ holder: LockHolder, _ key: AppKey) -> String {
        let age = Quantity.age(seconds: Int(Timestamp.now.since(holder.since).milliseconds / 1000))
        return "\(holder.who): \(holder.verb ?? "deploy") of \(key.app) since \(holder.since.rfc3339) (\(age))"
    }
}
