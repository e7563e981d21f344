import Glibc

/// What `/proc/<pid>/stat` says that tells one process from a later one with the same number (proc(5)).
public struct ProcessStat {
    /// The process that it is a child of.
    public let parent: Int32
    /// Clock ticks after boot.
    public let startTime: UInt64

    /// Reads it; nil when there is no such process.
    public init?(pid: Int32) {
        // The second field, the name in parentheses, may hold anything: count from its last parenthesis.
        guard let bytes = Self.read("/proc/\(pid)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let parent = Int32(fields[1]), let startTime = UInt64(fields[19]) else { return nil }
        self.parent = parent
        self.startTime = startTime
    }

    /// The kernel hands all of it out at once.
    private static func read(_ path: String) -> ArraySlice<UInt8>? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? bytes[..<count] : nil
    }
}
