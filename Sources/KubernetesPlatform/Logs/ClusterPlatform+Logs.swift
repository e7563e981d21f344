public import FleetModel
import JSONText
import KubernetesClient

extension ClusterPlatform {
    /// What the app's pods wrote, oldest first, merged over pods by the time that the node wrote it down.
    public func logs(of key: AppKey, _ query: LogQuery) -> AsyncThrowingStream<LogLine, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await LogReading(platform: self, key: key, query: query).run { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: PlatformError.translating(error))
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

/// Reads the logs of an app's pods.
private struct LogReading {
    let platform: ClusterPlatform
    let key: AppKey
    let query: LogQuery

    /// How many of its newest lines are read of each pod, where no number is given.
    private static let mostLines = 100_000

    func run(_ tell: @escaping @Sendable (LogLine) -> Void) async throws {
        let status = try await platform.status(of: key)
        let chosen = status.replicas.filter { query.replica == nil || $0.name == query.replica || $0.node == query.replica }
        if let wanted = query.replica, chosen.isEmpty {
            throw PlatformError(
                .replicaNotFound, "'\(key.app)' has no replica '\(wanted)'", hint: "beamctl status \(key.app)")
        }
        let redactor = query.hidesSecrets == true ? Redactor(try await secretValues(status.revision)) : nil
        let sink: @Sendable (LogLine) -> Void = { line in
            guard let redactor else { return tell(line) }
            var line = line
            line.text = redactor.redacted(line.text)
            tell(line)
        }
        let past = try await past(of: chosen)
        for line in query.tail.map({ past.suffix($0) }) ?? past[...] { sink(line) }
        guard query.follow else { return }
        try await follow(after: past, sink)
    }

    private func secretValues(_ revision: Revision) async throws -> [String] {
        Array(try await platform.keptSettings(key).values(of: revision.settings ?? Settings()).values)
    }

    /// What there is, by time.
    private func past(of replicas: [Replica]) async throws -> [LogLine] {
        try await withThrowingTaskGroup(of: [LogLine].self) { group in
            for replica in replicas {
                group.addTask {
                    var lines: [LogLine] = []
                    for isOfRunBefore in hasRunBefore(replica) ? [true, false] : [false] {
                        try await read(
                            replica.name, isOfRunBefore: isOfRunBefore, since: query.since, tail: query.tail ?? Self.mostLines
                        ) { lines.append($0) }
                    }
                    return lines
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }.sorted { ($0.at, $0.replica) < ($1.at, $1.replica) }
    }

    /// Whether the run before the present one, whose log is its own, has anything that is wanted. The kubelet keeps no older one. Of a
    /// container that waits to be started again the run that ended is the present one.
    private func hasRunBefore(_ replica: Replica) -> Bool {
        guard let end = replica.lastExit, end.startedAt != replica.startedAt else { return false }
        // The kubelet tells whole seconds.
        return query.since.map { end.at + .seconds(1) >= $0 } ?? true
    }

    /// Goes on with what is written from now on, by the pods that are there and those that come.
    private func follow(after past: [LogLine], _ tell: @escaping @Sendable (LogLine) -> Void) async throws {
        let last = Dictionary(past.map { ($0.replica, $0) }) { $1.at >= $0.at ? $1 : $0 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var followed: Set<String> = []
            let selector = Selector(labels: StateNames.selector(key.app))
            for try await event in platform.client.watch(.pods, selector, in: key.namespace) {
                let pods: [KubernetesObject] =
                    switch event {
                    case .all(let all): all.map { KubernetesObject(json: $0) }
                    case .added(let pod), .modified(let pod): [KubernetesObject(json: pod)]
                    default: []
                    }
                for pod in pods where isWanted(pod) && followed.insert(run(of: pod)).inserted {
                    let (run, before) = (run(of: pod), last[pod.name])
                    group.addTask { await follow(pod.name, run, after: before, tell) }
                }
            }
        }
        try Task.checkCancellation()
    }

    /// How long after a log has broken off it is asked for again.
    private static let rhythm = Duration.milliseconds(200)

    /// Tells what one run of a container writes, to its end: a server that goes away in between ends nothing.
    private func follow(_ pod: String, _ run: String, after past: LogLine?, _ tell: (LogLine) -> Void) async {
        var last = past
        repeat {
            let before = last
            var isPast = before != nil
            try? await read(
                pod, follow: true, since: before?.at ?? query.since, tail: before == nil ? query.tail : nil
            ) { line in
                // What was told already begins the log again, to its last line.
                if isPast, let before, line.at <= before.at {
                    if line == before { isPast = false }
                    return
                }
                isPast = false
                last = line
                tell(line)
            }
            do { try await Task.sleep(for: Self.rhythm) } catch { return }
        } while await goesOn(pod, run)
    }

    /// Whether a run of a container is still under way, as far as that is known.
    private func goesOn(_ pod: String, _ run: String) async -> Bool {
        do {
            guard let object = try await platform.object(.pods, pod, in: key.namespace) else { return false }
            return isWanted(object) && isRunning(object) && self.run(of: object) == run
        } catch let error as KubernetesError {
            return [.unreachable, .timeout, .unavailable].contains(error.code)
        } catch {
            return false
        }
    }

    private func isRunning(_ pod: KubernetesObject) -> Bool {
        pod.json.at("status", "containerStatuses")?.elements.first?.at("state", "running") != nil
    }

    private func isWanted(_ pod: KubernetesObject) -> Bool {
        guard pod.isReplica else { return false }
        let container = pod.json.at("status", "containerStatuses")?.elements.first
        guard container?.at("state", "running") != nil || container?.at("state", "terminated") != nil else { return false }
        return query.replica == nil || pod.name == query.replica
    }

    /// A container that is started again has a log of its own.
    private func run(of pod: KubernetesObject) -> String {
        let restarts = pod.json.at("status", "containerStatuses")?.elements.first?["restartCount"]?.integer ?? 0
        return "\(pod.name) \(restarts)"
    }

    private func read(
        _ pod: String, isOfRunBefore: Bool = false, follow: Bool = false, since: Timestamp?, tail: Int?,
        _ take: (LogLine) -> Void
    ) async throws {
        var options = PodLogOptions()
        options.previous = isOfRunBefore
        options.follow = follow
        options.timestamps = true
        options.tail = tail
        options.since = since?.seconds
        do {
            try await platform.client.logs(pod, in: key.namespace, options) { lines in
                var at = Timestamp(milliseconds: 0)
                for try await line in lines {
                    at = line.time.flatMap { Timestamp(rfc3339: $0.utf8) } ?? at
                    take(LogLine(replica: pod, at: at, stream: "stdout", text: String(decoding: line.text, as: UTF8.self)))
                }
            }
        } catch let error as KubernetesError where [.invalid, .notFound].contains(error.code) {
            // It has not written anything yet, or is gone.
        }
    }
}

extension Timestamp {
    /// `2026-01-31T12:00:00Z`: whole seconds, as the log's `sinceTime` is compared anyway.
    fileprivate var seconds: String { String(microTime.prefix(19)) + "Z" }
}
