/// What `/proc/<pid>/stat` says that tells one process from a later one with the same number (proc(5)).
public struct ProcessStat {
    /// What it does: `R` runs, `S` and `D` wait, `T` and `t` are stopped, `Z` and `X` have ended.
    public let state: Character
    /// The process that it is a child of.
    public let parent: Int32
    /// Clock ticks after boot.
    public let startTime: UInt64

    /// Reads it; nil when there is no such process.
    public init?(pid: Int32) {
        // The second field, the name in parentheses, may hold anything: count from its last parenthesis.
        guard let bytes = KernelFile.read("/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else {
            return nil
        }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]), let startTime = UInt64(fields[19])
        else { return nil }
        self.state = state
        self.parent = parent
        self.startTime = startTime
    }

    /// Whether it is a process, and not the remains of one.
    public var isAlive: Bool { state != "Z" && state != "X" }

    /// Whether somebody has stopped it, by SIGSTOP or as a debugger does.
    public var isStopped: Bool { state == "T" || state == "t" }

    /// When a process was started; nil when there is none, or only its remains.
    public static func startTime(of pid: Int32) -> UInt64? { ProcessStat(pid: pid).flatMap { $0.isAlive ? $0.startTime : nil } }
}
