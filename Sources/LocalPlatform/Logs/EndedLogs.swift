import FleetModel
import FoundationEssentials
import Glibc

/// The logs of an app's replicas that are no more. Before a replica's folder is removed its log is moved here: the last few of each
/// process, and not too much of an app.
struct EndedLogs: Sendable {
    /// How many replicas' are kept of a process.
    static let mostOfProcess = 10
    /// How many bytes are kept of an app; the newest replica's own are kept in any case.
    static let mostBytes = 64 << 20

    private let folder: String

    init(home: Home, key: AppKey) {
        folder = "\(home.logs)/\(key.namespace)/\(key.app)"
    }

    /// One replica's.
    struct Entry: Hashable, Sendable {
        let replica: String
        let process: String
        /// The Erlang name that it had.
        let node: String?
        /// When it was moved here.
        let at: Timestamp
        /// The folder of its files.
        let folder: String

        /// Its newest file; older ones lie beside it as `.1`, `.2`, ….
        var log: String { folder + "/log" }
    }

    /// Takes the log out of a replica's folder, if there is one. Only for a replica of which nothing lives.
    func collect(_ replica: Replica, from slot: SlotDirectory, now: Timestamp) throws {
        let names = Self.files(in: slot.path)
        guard names.contains(where: { Self.size(of: "\(slot.path)/\($0)") > 0 }) else { return }
        // What a node's name is made of stands in no file's name as a slash or a comma.
        let name = [replica.name, "\(now.milliseconds)", replica.node ?? ""].joined(separator: ",")
        let kept = "\(folder)/\(replica.process)/\(name)"
        try FileManager.default.createDirectory(
            atPath: kept, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in names {
            guard rename("\(slot.path)/\(name)", "\(kept)/\(name)") == 0 else {
                throw SlotDirectory.systemError("keep \(slot.path)/\(name)")
            }
        }
        removeOldest()
    }

    /// What is kept, the newest first.
    func entries() -> [Entry] {
        Self.names(in: folder).flatMap { process in
            Self.names(in: "\(folder)/\(process)").compactMap { name -> Entry? in
                let parts = name.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 3, let moment = Int64(parts[1]) else { return nil }
                return Entry(
                    replica: parts[0], process: process, node: parts[2].isEmpty ? nil : parts[2],
                    at: Timestamp(milliseconds: moment), folder: "\(folder)/\(process)/\(name)")
            }
        }.sorted { ($1.at, $1.replica) < ($0.at, $0.replica) }
    }

    /// Removes all of an app.
    func removeAll() {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func removeOldest() {
        var count: [String: Int] = [:]
        var bytes = 0
        for (place, entry) in entries().enumerated() {
            count[entry.process, default: 0] += 1
            bytes += Self.files(in: entry.folder).reduce(0) { $0 + Self.size(of: "\(entry.folder)/\($1)") }
            guard count[entry.process, default: 0] > Self.mostOfProcess || (bytes > Self.mostBytes && place > 0) else { continue }
            try? FileManager.default.removeItem(atPath: entry.folder)
        }
    }

    private static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    /// `log`, `log.1`, ….
    private static func files(in folder: String) -> [String] {
        names(in: folder).filter { $0 == "log" || ($0.hasPrefix("log.") && Int($0.dropFirst(4)) != nil) }
    }

    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
