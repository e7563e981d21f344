import FleetModel
import HTTPTransport
import Synchronization

/// When a daemon was last heard of.
final class LastWord: Sendable {
    private let moment = Mutex(ContinuousClock.now)

    /// It was heard of just now.
    func heard() { moment.withLock { $0 = .now } }

    /// How long that is ago.
    var age: Duration { moment.withLock { $0 }.duration(to: .now) }
}

extension DaemonClient {
    /// Does something that waits for the daemon. When that says nothing for a while it is asked for a sign of life, and when it gives none
    /// within as long again, this throws what ``silence`` says: some answers take minutes, but a daemon that is stopped takes requests and
    /// never answers. `body` tells the last word when something comes.
    func whileAlive<Value: Sendable>(_ body: @escaping @Sendable (LastWord) async throws -> Value) async throws -> Value {
        let last = LastWord()
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body(last) }
            group.addTask {
                while true {
                    try await Task.sleep(for: max(patience - last.age, .milliseconds(10)))
                    if last.age >= patience { try await askForSignOfLife(last) }
                }
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    /// Asks for what the daemon knows without looking.
    private func askForSignOfLife(_ last: LastWord) async throws {
        do {
            _ = try await transport.send(call("GET", ControlRoute.intake, nil), timeout: patience)
        } catch let failure as HTTPFailure where failure.reason == .timeout {
            throw silence()
        } catch is HTTPFailure {
            // It has ended: what is waited for breaks, too.
        }
        last.heard()
    }
}
