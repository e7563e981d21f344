import Glibc
import ProcessTree

/// The content of the file `state`: one line in always 128 bytes, so that writing the end down never needs a new block of the
/// disk. The lines are also what a daemon is told through the pipe `alive`.
struct SlotState {
    /// `starting <keeper>`, `running <BEAM> <keeper>`, `code <n> at <milliseconds since 1970>` or `signal <n> at <milliseconds>`,
    /// where a process is `<pid> <start>`: its start in clock ticks after boot tells it from a later namesake.
    let line: String

    /// A keeper, this process, that has not started its BEAM.
    static var starting: SlotState { SlotState(line: "starting \(name(of: getpid()))") }

    private init(line: String) {
        self.line = line
    }

    /// A BEAM that runs, kept by this process.
    init(running pid: pid_t) {
        line = "running \(Self.name(of: pid)) \(Self.name(of: getpid()))"
    }

    private static func name(of pid: pid_t) -> String {
        "\(pid) \(ProcessStat(pid: pid)?.startTime ?? 0)"
    }

    /// How a process ended, from its wait status (`waitpid(2)`).
    init(waitStatus status: Int32, at moment: Int64) {
        let signal = status & 0x7f
        line = signal == 0 ? "code \((status >> 8) & 0xff) at \(moment)" : "signal \(signal) at \(moment)"
    }

    func write(to descriptor: Int32) throws(KeeperError) {
        let padding = String(repeating: " ", count: max(0, 127 - line.utf8.count))
        let bytes = Array((line + padding + "\n").utf8)
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else { throw .system("write the file state") }
    }
}
