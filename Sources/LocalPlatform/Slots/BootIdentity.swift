import FoundationEssentials

/// What tells one boot of this machine, and one process, from another.
enum BootIdentity {
    /// The kernel's name for this boot (`/proc/sys/kernel/random/boot_id`).
    static func current() -> String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text.map { String($0.prefix { $0 != "\n" }) } ?? ""
    }

    /// When a process was started, in clock ticks after boot; nil when there is no such process, or only its remains.
    static func startTime(of pid: Int32) -> UInt64? {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return UInt64(fields[19])
    }
}
