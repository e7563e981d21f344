import Glibc

/// What `/proc/<pid>/stat` says that tells one process from a later one with the same number (proc(5)).
struct ProcessStat {
    let parent: pid_t
    /// Clock ticks after boot.
    let startTime: UInt64

    init?(pid: pid_t) {
        guard let bytes = try? SlotFiles.read("/proc/\(pid)/stat", atMost: 4096) else { return nil }
        // The second field, the name in parentheses, may hold anything: count from its last parenthesis.
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let parent = pid_t(fields[1]), let startTime = UInt64(fields[19]) else { return nil }
        self.parent = parent
        self.startTime = startTime
    }
}
