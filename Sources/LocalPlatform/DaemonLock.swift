import CLinux
import Glibc

/// Makes sure that one home has one daemon: a file that is locked as long as the daemon lives.
public struct DaemonLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock and writes this process's id into the file. Throws ``LocalPlatformError`` when another has it.
    public init(_ home: Home) throws {
        descriptor = open(home.daemonLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SlotDirectory.systemError("open \(home.daemonLock)") }
        guard beamctl_lock(descriptor) == 0 else {
            throw LocalPlatformError("a daemon already runs for \(home.path)", hint: "beamctl daemon status")
        }
        ftruncate(descriptor, 0)
        let text = Array("\(getpid())\n".utf8)
        pwrite(descriptor, text, text.count, 0)
    }

    /// Whether a daemon lives for this home.
    public static func isHeld(_ home: Home) -> Bool {
        let descriptor = open(home.daemonLock, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return beamctl_is_locked(descriptor) == 1
    }
}
