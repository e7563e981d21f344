import Glibc

/// Reads a small file of text.
enum TextFile {
    /// What is in a file.
    ///
    /// Throws ``ManifestError`` when it cannot be read, is longer than so many bytes or is no UTF-8.
    static func text(of path: String, longest: Int) throws(ManifestError) -> String {
        let bytes: [UInt8]
        do throws(ManifestProblem) {
            bytes = try contents(of: path, longest: longest)
        } catch {
            throw ManifestError(file: path, problems: [error])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ManifestError(file: path, problems: [ManifestProblem(.syntax, "is not UTF-8")])
        }
        return text
    }

    private static func contents(of path: String, longest: Int) throws(ManifestProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ManifestProblem(.missing, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= longest {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == -1, errno == EINTR { continue }
            guard count >= 0 else {
                throw ManifestProblem(.missing, "cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw ManifestProblem(.syntax, "is longer than \(longest) bytes")
    }
}
