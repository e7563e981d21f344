import Foundation
import Glibc
import Synchronization

/// What did not happen in time, and what was seen instead.
struct TimedOut: Error, CustomStringConvertible {
    var waitingFor: String
    var lastSeen: String

    var description: String { "waited in vain for \(waitingFor); last seen: \(lastSeen)" }
}

/// Something to say when time is up.
final class LastSeen: Sendable {
    private let text = Mutex("nothing")

    var description: String { text.withLock { $0 } }

    func note(_ seen: String) { text.withLock { $0 = seen } }
}

/// Waits for what a body waits for, but not longer than the deadline.
func within<Value: Sendable>(
    _ what: String, deadline: Duration = .seconds(20), lastSeen: LastSeen = LastSeen(),
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: deadline)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else {
            throw TimedOut(waitingFor: what, lastSeen: lastSeen.description)
        }
        return value
    }
}

/// The next element of a stream.
func next<Element: Sendable>(_ stream: AsyncStream<Element>, _ what: String) async throws -> Element? {
    try await within(what) {
        for await element in stream { return .some(element) }
        return nil
    }
}

/// Waits for a child's end; returns its exit code, or a signal's number made negative.
func exitCode(of child: pid_t) async throws -> Int32 {
    let (ends, end) = AsyncStream.makeStream(of: Int32.self)
    Thread {
        var status: Int32 = 0
        waitpid(child, &status, 0)
        end.yield(status & 0x7f == 0 ? status >> 8 : -(status & 0x7f))
        end.finish()
    }
    .start()
    let code = try await next(ends, "the end of process \(child)")
    return code ?? 0
}

/// Freezes a process, and looks until it is frozen: no call waits for the stop of a process that is somebody else's child.
func freeze(_ process: pid_t) async throws {
    kill(process, SIGSTOP)
    try await within("the stop of process \(process)") {
        func isFrozen() throws -> Bool {
            try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8).contains("State:\tT")
        }
        while try !isFrozen() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
