import Glibc

/// A file below `/proc`, all of which the kernel hands out at once.
enum KernelFile {
    /// Its bytes, 4,095 at most; nil when there is none, or nothing in it.
    static func read(_ path: String) -> ArraySlice<UInt8>? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4095)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? bytes[..<count] : nil
    }
}
