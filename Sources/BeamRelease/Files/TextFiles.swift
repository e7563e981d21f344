import Glibc

/// Small files, read whole and bounded.
enum TextFiles {
    /// More than any file that is read whole may have.
    static let longest = 16 << 20

    /// The bytes of a file; nil when there is none.
    static func bytes(of path: String, longest: Int = TextFiles.longest) throws(ReleaseError) -> [UInt8]? {
        guard exists(path) else { return nil }
        let file = try OpenFile(path, O_RDONLY)
        var all: [UInt8] = []
        let buffer = Buffer(count: 64 << 10)
        while true {
            let count = try file.read(into: buffer.bytes, of: path)
            if count == 0 { return all }
            guard all.count + count <= longest else {
                throw ReleaseError(.badFile, at: path, "larger than \(longest) bytes")
            }
            all += buffer.prefix(count)
        }
    }

    /// The text of a file; nil when there is none.
    static func text(of path: String) throws(ReleaseError) -> String? {
        guard let bytes = try bytes(of: path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether something is there, a link's target included.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a folder, sorted by their bytes; empty when there is no such folder.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
