import Foundation
import Glibc
import Testing

/// A small disk that can be filled: a tmpfs of its own, which only root can mount.
final class Tmpfs {
    let path: String

    static let reason: Comment = "a disk that can be filled is a tmpfs, which only root can mount"
    /// Whether this machine lets us.
    static let isPossible = geteuid() == 0 && (try? Tmpfs(kibibytes: 64)) != nil

    struct NotMounted: Error {}

    init(kibibytes: Int) throws {
        path = NSTemporaryDirectory() + "beamctl-disk-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0 else {
            rmdir(path)
            throw NotMounted()
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }
}
