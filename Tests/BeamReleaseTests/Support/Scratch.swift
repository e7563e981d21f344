import Foundation
import Glibc

@testable import BeamRelease

/// A folder for one test, gone when the test is.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "beam-release-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // copies of releases are read-only
        Workplace.removeTree(path)
    }

    func file(_ name: String, _ text: String, mode: Int = 0o644) throws {
        let full = "\(path)/\(name)"
        let folder = (full as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: full, atomically: false, encoding: .utf8)
        chmod(full, mode_t(mode))
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    func mode(_ name: String) -> Int {
        var status = stat()
        return lstat("\(path)/\(name)", &status) == 0 ? Int(status.st_mode & 0o7777) : -1
    }

    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }
}
