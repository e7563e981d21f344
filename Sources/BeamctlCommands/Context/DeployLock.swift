import ControlAPI
import FleetModel
import Glibc

/// Holds an app's deploy lock while something is done; while another has it, says who.
struct DeployLock {
    let session: Session
    let report: StepReport

    /// Does it under the lock. The lock is let go when it is done, however that ends, and when this process ends.
    func hold(_ key: AppKey, _ body: () async throws -> Void) async throws {
        let holder = LockHolder(who: "\(session.surroundings.user), process \(getpid())", since: .now)
        var states = session.platform.deployLock(key, holder: holder).makeAsyncIterator()
        var isMine = false
        while !isMine, let state = try await states.next() {
            if let other = state {
                report.note("waiting for \(other.who), who has been deploying \(key.app) for \(Self.age(other))")
            } else {
                isMine = true
            }
        }
        try Task.checkCancellation()
        do {
            try await body()
        } catch {
            await release(key, holder)
            throw error
        }
        await release(key, holder)
        // The stream lives until here: without it the lock would be gone.
        withExtendedLifetime(states) {}
    }

    /// Says so, since whoever waits should not wait until our absence is noticed. When it cannot be said, that will do.
    private func release(_ key: AppKey, _ holder: LockHolder) async {
        let platform = session.platform
        await Task.detached { try? await platform.releaseDeployLock(key, holder: holder) }.value
    }

    private static func age(_ holder: LockHolder) -> String {
        Quantity.age(seconds: Int(Timestamp.now.since(holder.since).milliseconds / 1000))
    }
}
