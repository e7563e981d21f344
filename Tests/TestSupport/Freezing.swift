import Foundation
import Glibc

/// Stops processes without ending them.
public enum Freezing {
    /// How long the kernel may take to stop every thread.
    private static let patience = Duration.seconds(20)

    /// SIGSTOP, and looks until every thread has stopped. The signal only asks for it: a thread on another processor may still
    /// answer a message for a moment after the call has returned, and no call waits for the stop of somebody else's child.
    public static func freeze(_ process: Int32) throws {
        kill(process, SIGSTOP)
        let deadline = ContinuousClock.now + patience
        while try !isFrozen(process) {
            guard ContinuousClock.now < deadline else { throw TimedOut(waitingFor: "the stop of process \(process)") }
            sched_yield()
        }
    }

    /// SIGCONT.
    public static func thaw(_ process: Int32) {
        kill(process, SIGCONT)
    }

    /// The state follows the name, which stands in brackets and may hold anything (proc(5), `/proc/pid/stat`).
    private static func isFrozen(_ process: Int32) throws -> Bool {
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
        return threads.allSatisfy { thread in
            guard let text = try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/stat", encoding: .utf8),
                let bracket = text.lastIndex(of: ")")
            else { return true }
            return text[bracket...].dropFirst(2).hasPrefix("T")
        }
    }
}
