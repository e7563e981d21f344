import CLinux
import Glibc

/// The files of a slot's directory that a keeper holds. The keeper's working directory is the slot's, so names are short.
struct SlotFiles {
    /// Held by the keeper **and** inherited by the BEAM, so that it is free only when neither lives: no slot runs twice.
    let lock: Int32
    /// The daemon's words arrive here; opened for both ways, so that it never ends.
    let control: Int32
    /// The keeper's words leave here, and its end shows as the end of this pipe.
    let alive: Int32
    /// What became of the BEAM. Its bytes are on the disk before the BEAM starts, so a full disk cannot hide the end.
    let state: Int32

    /// Takes the lock, then opens the rest. Throws ``SlotTaken`` when something of the slot still lives.
    init() throws {
        lock = try Self.open("lock", O_RDWR | O_CREAT)
        guard beamctl_lock(lock) == 0 else { throw SlotTaken() }
        control = try Self.pipe("control")
        alive = try Self.pipe("alive")
        state = try Self.open("state", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC)
        try SlotState.starting.write(to: state)
    }

    /// The keeper was started in a slot that is in use.
    struct SlotTaken: Error {}

    static func open(_ name: String, _ flags: Int32) throws(KeeperError) -> Int32 {
        let descriptor = Glibc.open(name, flags, 0o600)
        guard descriptor >= 0 else { throw .system("open \(name)") }
        return descriptor
    }

    private static func pipe(_ name: String) throws(KeeperError) -> Int32 {
        guard mkfifo(name, 0o600) == 0 || errno == EEXIST else { throw .system("make the pipe \(name)") }
        return try open(name, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    }

    /// The bytes of a file of bounded size.
    static func read(_ name: String, atMost limit: Int) throws(KeeperError) -> [UInt8] {
        let descriptor = try open(name, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got < 0 { throw .system("read \(name)") }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw KeeperError("the file \(name) is larger than \(limit) bytes") }
        return Array(bytes[..<count])
    }
}
