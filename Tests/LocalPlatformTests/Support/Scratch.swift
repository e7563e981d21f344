import Foundation
import Glibc

/// A folder for one test, gone when the test is.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "beamctl-lp-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
        let file = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        chmod(file.path, mode)
    }

    func append(_ name: String, _ bytes: [UInt8]) throws {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw POSIXError(.EIO) }
    }

    func append(_ name: String, _ text: String) throws { try append(name, Array(text.utf8)) }

    func move(_ from: String, _ to: String) throws {
        guard rename("\(path)/\(from)", "\(path)/\(to)") == 0 else { throw POSIXError(.ENOENT) }
    }
}
