public import FleetModel

extension Fleet {
    /// What an app's replicas wrote, merged by time; with `follow`, on and on, new replicas included.
    public func logs(of key: AppKey, _ query: LogQuery) throws -> AsyncThrowingStream<LogLine, any Error> {
        _ = try deployment(of: key)
        if let tail = query.tail, tail < 0 { throw PlatformError(.invalidRequest, "\(tail) is no number of lines") }
        if let name = query.replica, !replicas(of: key).contains(where: { $0.name == name || $0.node == name }) {
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

    /// The values of every secret that a replica of the app was given.
    private func secretValues(of key: AppKey) throws -> [String] {
        let numbers = Set(replicas(of: key).map(\.revision))
        let versions = try Set(
            numbers.flatMap { try (revision($0, of: key).settings?.secrets ?? [:]).map { SecretVersion($0, $1) } })
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
    func logFiles(of key: AppKey, only name: String?) -> [(replica: String, path: String)] {
        replicas(of: key).filter { name == nil || $0.name == name || $0.node == name }
            .map { ($0.name, runtime(of: $0).logPath($0)) }
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
        for name in files.keys { past += (files[name]?.rotated() ?? []) + (files[name]?.new() ?? []) }
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
        for (name, path) in await fleet.logFiles(of: key, only: query.replica) {
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
