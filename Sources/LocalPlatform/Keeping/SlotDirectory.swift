import CLinux
import FleetModel
import FoundationEssentials
import Glibc

/// The folder of one replica: what its keeper is told, what the keeper tells, its log, its BEAM's home.
struct SlotDirectory: Sendable {
    let path: String

    init(home: Home, replica: Replica) {
        path = "\(home.replicas)/\(replica.key.namespace)/\(replica.name)"
    }

    private init(path: String) { self.path = path }

    /// The folders in which something lives.
    static func alive(in home: Home) -> [SlotDirectory] {
        let names = { (folder: String) in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }
        return names(home.replicas).sorted().flatMap { namespace in
            names("\(home.replicas)/\(namespace)").sorted().map { SlotDirectory(path: "\(home.replicas)/\(namespace)/\($0)") }
        }.filter { $0.isLocked() }
    }

    /// The replica's name.
    var name: String { path.split(separator: "/").last.map(String.init) ?? "" }

    var log: String { path + "/log" }

    /// Makes the folder and those above it, mode 0700.
    func makeFolder() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Writes a file of the folder, as new, with this mode.
    func write(_ name: String, _ contents: [UInt8], mode: Int) throws {
        let file = "\(path)/\(name)"
        unlink(file)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
        guard descriptor >= 0 else { throw Self.systemError("write \(file)") }
        defer { close(descriptor) }
        var written = 0
        while written < contents.count {
            let count = contents.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            guard count > 0 else { throw Self.systemError("write \(file)") }
            written += count
        }
    }

    /// Makes the pipes, so that both sides find them.
    func makePipes() throws {
        for name in ["control", "alive"] {
            guard mkfifo("\(path)/\(name)", 0o600) == 0 || errno == EEXIST else {
                throw Self.systemError("make the pipe \(path)/\(name)")
            }
        }
    }

    /// What the keeper wrote down last; nil before it wrote anything.
    func state() -> SlotState? {
        let text = try? String(contentsOfFile: path + "/state", encoding: .utf8)
        return text.flatMap { SlotState(line: $0.prefix { $0 != "\n" }) }
    }

    /// What an earlier keeper wrote down is of no more use.
    func forgetState() {
        unlink(path + "/state")
    }

    /// Whether something of the slot lives: its keeper, or its BEAM, which inherits the lock.
    func isLocked() -> Bool {
        let descriptor = open(path + "/lock", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return beamctl_is_locked(descriptor) == 1
    }

    /// Removes the folder and everything in it.
    func remove() throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try FileManager.default.removeItem(atPath: path)
    }

    static func systemError(_ what: String) -> LocalPlatformError {
        LocalPlatformError("cannot \(what): \(String(cString: strerror(errno)))")
    }
}
