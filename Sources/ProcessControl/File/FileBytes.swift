internal import Glibc

/// Whole files, without Foundation's paths and their weight.
package enum FileBytes {
    /// A system call that failed.
    package struct Failure: Error, CustomStringConvertible {
        package let call: String
        package let path: String
        package let code: Int32

        package init(_ call: String, _ path: String, _ code: Int32 = errno) {
            self.call = call
            self.path = path
            self.code = code
        }

        package var description: String { "\(call) \(path): \(String(cString: strerror(code)))" }
    }

    /// Up to `limit` octets of a file, from its start.
    package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure("open", path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < limit {
            let count = Glibc.read(file, &chunk, min(chunk.count, limit - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure("read", path) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// Puts a file of these bytes, mode 0600, in the place of `path` at one stroke. It is in the page cache then: it
    /// outlives this process, and after ``sync(_:)`` a loss of power, too.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(Failure) {
        let fresh = path + ".new"
        let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure("open", fresh) }
        do {
            defer { close(file) }
            try write(bytes, to: file, fresh)
        }
        guard rename(fresh, path) == 0 else { throw Failure("rename", fresh) }
    }

    private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure("write", path, count == 0 ? ENOSPC : errno) }
            written += count
        }
    }

    /// Waits until the file's bytes are on the disk.
    package static func sync(_ path: String) throws(Failure) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure("open", path) }
        defer { close(file) }
        guard fdatasync(file) == 0 else { throw Failure("fdatasync", path) }
    }
}
