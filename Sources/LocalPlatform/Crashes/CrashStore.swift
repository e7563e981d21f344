import CrashDump
import FleetModel
import FoundationEssentials
import Glibc
import NodeHealth

/// The crash dumps of an app's replicas. A BEAM writes its own into the replica's folder; before that is written over or removed the
/// dump is moved here: the last few of each replica, and not too many of an app.
struct CrashStore: Sendable {
    /// How many are kept of a replica.
    static let mostOfReplica = 3
    /// How many are kept of an app, whose replicas come and go.
    static let mostOfApp = 12
    /// The name of a dump in a replica's folder (`ERL_CRASH_DUMP`).
    static let dumpName = "erl_crash.dump"

    private let folder: String

    init(home: Home, key: AppKey) {
        folder = "\(home.crashes)/\(key.namespace)/\(key.app)"
    }

    /// Takes the dump out of a replica's folder, if there is one. Only for a replica that does not run: one that does may be writing.
    func collect(_ replica: Replica, from slot: SlotDirectory) throws {
        let found = "\(slot.path)/\(Self.dumpName)"
        var status = stat()
        guard stat(found, &status) == 0, status.st_size > 0 else { return }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let moment = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec / 1_000_000)
        let kept = "\(folder)/\(replica.name).\(moment).dump"
        guard rename(found, kept) == 0 else {
            throw LocalPlatformError("cannot keep \(found): \(String(cString: strerror(errno)))")
        }
        chmod(kept, 0o600)
        removeOldest()
    }

    /// What is kept, the newest first, without secrets; each dump is read once.
    func reports(hiding redactor: Redactor) -> [CrashReport] { dumps().map { report($0, hiding: redactor) } }

    /// Removes all of an app.
    func removeAll() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private struct Dump {
        var replica: String
        var at: Timestamp
        var path: String
    }

    private func dumps() -> [Dump] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name -> Dump? in
            let parts = name.split(separator: ".")
            guard parts.count == 3, parts[2] == "dump", let moment = Int64(parts[1]) else { return nil }
            return Dump(replica: String(parts[0]), at: Timestamp(milliseconds: moment), path: "\(folder)/\(name)")
        }.sorted { ($1.at, $1.replica) < ($0.at, $0.replica) }
    }

    private func removeOldest() {
        var count: [String: Int] = [:]
        for (place, dump) in dumps().enumerated() {
            count[dump.replica, default: 0] += 1
            guard place >= Self.mostOfApp || count[dump.replica, default: 0] > Self.mostOfReplica else { continue }
            unlink(dump.path)
            unlink(Self.summary(of: dump.path))
        }
    }

    /// What a dump says is kept beside it: reading one takes a while.
    private static func summary(of path: String) -> String { path + ".json" }

    private func report(_ dump: Dump, hiding redactor: Redactor) -> CrashReport {
        let summary = Self.summary(of: dump.path)
        if let known = FileManager.default.contents(atPath: summary),
            let report = try? JSONDecoder().decode(CrashReport.self, from: known)
        {
            return report.hidden(by: redactor)
        }
        var status = stat()
        let size = stat(dump.path, &status) == 0 ? Int(status.st_size) : 0
        var report = CrashReport(replica: dump.replica, at: dump.at, path: dump.path, bytes: size)
        if let read = Self.read(dump.path) { report.take(read) }
        report = report.hidden(by: redactor)
        if let text = try? JSONEncoder().encode(report) {
            _ = FileManager.default.createFile(atPath: summary, contents: text, attributes: [.posixPermissions: 0o600])
        }
        return report
    }

    private static func read(_ path: String) -> CrashDump? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var reader = CrashDumpReader()
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return reader.finish() }
            buffer.withUnsafeBytes { reader.feed(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
