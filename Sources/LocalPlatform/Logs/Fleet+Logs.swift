public import FleetModel

extension Fleet {
    /// What an app's replicas wrote, merged by time, those that have ended included as far as their logs are kept; with `follow`, on and
    /// on, new replicas included.
    public func logs(of key: AppKey, _ query: LogQuery) throws -> AsyncThrowingStream<LogLine, any Error> {
        _ = try deployment(of: key)
        if let tail = query.tail, tail < 0 { throw PlatformError(.invalidRequest, "\(tail) is no number of lines") }
        if let name = query.replica, logFiles(of: key, only: name).isEmpty {
            throw PlatformError(.replicaNotFound, "'\(key.app)' has no replica '\(name)'", hint: "beamctl status \(key.app)")
        }
        let changes = query.follow ? try watch(key) : nil
        let redactor = query.hidesSecrets == true ? Redactor(try secretValues(of: key)) : nil
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await LogReader(fleet: self, key: key, query: query).read(changes: changes) { line in
                        var shown = line
                        if let redactor { shown.text = redactor.redacted(line.text) }
                        continuation.yield(shown)
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// The values of every secret that a replica of the app was given, those that have ended included.
    private func secretValues(of key: AppKey) throws -> [String] {
        let versions = Set((revisions[key] ?? []).flatMap { ($0.settings?.secrets ?? [:]).map { SecretVersion($0, $1) } })
        return try versions.compactMap { try secret($0.name, version: $0.version, of: key) }
    }

    private struct SecretVersion: Hashable {
        let name: String
        let version: Int

        init(_ name: String, _ version: Int) {
            self.name = name
            self.version = version
        }
    }

    /// The log files that a query means: replica name and path.
    func logFiles(of key: AppKey, only name: String?, since: Timestamp? = nil) -> [(replica: String, path: String)] {
        let present = replicas(of: key).filter { name == nil || $0.name == name || $0.node == name }
        // An address has had many nodes; its name means the one that is there, and a replica that has ended has a name of its own.
        let ended = files.endedLogs(of: key).filter { entry in
            guard since.map({ entry.at >= $0 }) ?? true else { return false }
            return name == nil || entry.replica == name || (entry.node == name && present.isEmpty)
        }
        return present.map { ($0.name, runtime(of: $0).logPath($0)) } + ended.map { ($0.replica, $0.log) }
    }
}

/// Reads the logs of an app's replicas.
struct LogReader {
    let fleet: Fleet
    let key: AppKey
    let query: LogQuery

    func read(changes: AsyncStream<AppStatus>?, yield: (LogLine) -> Void) async throws {
        let watch = changes == nil ? nil : try DirectoryWatch()
        var files: [String: ReplicaLogFile] = [:]
        defer { for name in files.keys { files[name]?.finish() } }

        await open(&files, watch, isFirst: true)
        var past: [LogLine] = []
        for name in files.keys {
            // Replica by replica, so that not all of it is held at once.
            let lines = wanted((files[name]?.rotated() ?? []) + (files[name]?.new() ?? []))
            past += lines.suffix(query.tail ?? lines.count)
        }
        past = wanted(past)
        past.suffix(query.tail ?? past.count).forEach(yield)
        guard let watch, let changes else { return }

        for await isAppChange in Self.merged(watch.changes, changes) {
            if isAppChange { await open(&files, watch, isFirst: false) }
            var lines: [LogLine] = []
            for name in files.keys { lines += files[name]?.new() ?? [] }
            wanted(lines).forEach(yield)
        }
    }

    private func wanted(_ lines: [LogLine]) -> [LogLine] {
        lines.filter { line in query.since.map { line.at >= $0 } ?? true }.sorted { $0.at < $1.at }
    }

    private func open(_ files: inout [String: ReplicaLogFile], _ watch: DirectoryWatch?, isFirst: Bool) async {
        for (name, path) in await fleet.logFiles(of: key, only: query.replica, since: query.since) {
            watch?.add(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
            if files[name] == nil { files[name] = ReplicaLogFile(replica: name, path: path) }
        }
    }

    /// One element for each change of a file (false) or of the app (true), until the app is gone.
    private static func merged(_ files: AsyncStream<Void>, _ app: AsyncStream<AppStatus>) -> AsyncStream<Bool> {
        AsyncStream { continuation in
            let task = Task {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { for await _ in files { continuation.yield(false) } }
                    for await _ in app { continuation.yield(true) }
                    group.cancelAll()
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
