import FoundationEssentials
import Glibc

/// How much memory a process holds in RAM.
enum ResidentMemory {
    /// Bytes; nil when there is no such process (proc(5), `/proc/pid/statm`: the second number, in pages).
    static func bytes(of pid: Int32) -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
