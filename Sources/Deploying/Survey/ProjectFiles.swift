import Glibc

/// Reads a project's files; what is not there or too large is not there.
struct ProjectFiles: Sendable {
    let directory: String

    /// No source file that matters here is longer, in bytes.
    static let longest = 1 << 20

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

    func text(_ name: String) -> String? {
        let descriptor = open(path(name), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= Self.longest {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == -1, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
            bytes += chunk[..<count]
        }
        return nil
    }

    /// The names of what is in a folder, sorted.
    func names(in folder: String) -> [String] {
        guard let stream = opendir(path(folder)) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
