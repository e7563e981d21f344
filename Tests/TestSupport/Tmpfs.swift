import Foundation
import Glibc
public import Testing

/// A small disk that can be filled: a tmpfs of its own, which only root can mount.
public final class Tmpfs {
    /// Where it is mounted.
    public let path: String

    /// Why a test that needs one is skipped.
    public static let reason: Comment = "a disk that can be filled is a tmpfs, which only root can mount"
    /// Whether this machine lets us.
    public static let isPossible = geteuid() == 0 && (try? Tmpfs(kibibytes: 64)) != nil

    /// This machine does not let us.
    public struct NotMounted: Error {}

    /// Mounts one of this size, until it is let go.
    public init(kibibytes: Int) throws {
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

    /// Leaves no byte free.
    public func fill() {
        let filler = open("\(path)/filler", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(filler) }
        let page = [UInt8](repeating: 0, count: 4096)
        while write(filler, page, page.count) > 0 {}
    }

    /// Gives everything back that ``fill()`` took.
    public func relieve() {
        unlink("\(path)/filler")
    }
}
