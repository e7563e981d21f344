import Glibc

/// The content of the file `state`: one line in always 64 bytes, so that writing the end down never needs a new block of the
/// disk. The lines are also what a daemon is told through the pipe `alive`.
struct SlotState {
    /// `starting`, `running <pid> <start time>`, `code <n> at <milliseconds since 1970>` or `signal <n> at <milliseconds>`.
    let line: String

    static let starting = SlotState(line: "starting")

    private init(line: String) {
        self.line = line
    }

    /// A BEAM that runs: its process id, and its start in clock ticks after boot, which tells it from a later namesake.
    init(running pid: pid_t, since startTime: UInt64) {
        line = "running \(pid) \(startTime)"
    }

    /// How a process ended, from its wait status (`waitpid(2)`).
    init(waitStatus status: Int32, at moment: Int64) {
        let signal = status & 0x7f
        line = signal == 0 ? "code \((status >> 8) & 0xff) at \(moment)" : "signal \(signal) at \(moment)"
    }

    func write(to descriptor: Int32) throws(KeeperError) {
        let padding = String(repeating: " ", count: max(0, 63 - line.utf8.count))
        let bytes = Array((line + padding + "\n").utf8)
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else { throw .system("write the file state") }
    }
}
