/// A program that the kernel has ended for want of memory, in words.
public enum OutOfMemory {
    /// Why it ended, and what it was allowed: `killed: out of memory: resources.memory allows 256 MiB`.
    public static func words(limit bytes: Int?) -> String {
        "killed: out of memory" + (bytes.map { ": resources.memory allows \($0 >> 20) MiB" } ?? "")
    }

    /// The same as a line that stands among a program's own: who reads that knows it by ``mark``.
    public static func line(limit bytes: Int?) -> String { mark + words(limit: bytes) }

    /// What no line of a program's own begins with.
    public static let mark = "beamctl: "

    /// What such a line says; nil for a program's own.
    public static func words(ofLine line: String) -> String? {
        line.hasPrefix(mark + words(limit: nil)) ? String(line.dropFirst(mark.count)) : nil
    }
}
