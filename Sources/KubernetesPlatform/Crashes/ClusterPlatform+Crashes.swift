import CrashDump
public import FleetModel
import JSONText
import KubernetesClient
import NodeHealth

extension ClusterPlatform {
    /// How the app's replicas ended last, the newest first, with the crash dump of each that runs again: a dump lies in its pod, and goes
    /// with that.
    public func crashes(of key: AppKey) async throws -> [CrashReport] {
        try await translating {
            async let settings = keptSettings(key)
            async let pods = objects(.pods, StateNames.selector(key.app), in: key.namespace)
            let app = try await keptApp(key)
            var secrets = Array(try await settings.values.values)
            for name in Set(app.revisions.flatMap(\.spec.secretsFrom)) {
                // Who may not read them has none of them told to him by a pod either.
                secrets +=
                    (try? await object(.secrets, name, in: key.namespace)).flatMap { $0 }
                    .map { Array(StateText.decoded($0.json["data"]).values) } ?? []
            }
            let redactor = Redactor(secrets)
            let wanted = try await pods.filter(\.isReplica)
            return await withTaskGroup(of: [CrashReport].self) { group in
                for pod in wanted { group.addTask { await reports(of: pod, key) } }
                return await group.reduce(into: []) { $0 += $1 }
            }.map { $0.hidden(by: redactor) }.sorted { ($1.at, $1.replica) < ($0.at, $0.replica) }
        }
    }

    private func reports(of pod: KubernetesObject, _ key: AppKey) async -> [CrashReport] {
        let reading = PodReading(pod, app: key.app)
        let end = reading.end(in: key.app)
        guard reading.isRunning else {
            return end.map { [$0.report(pod.name, "its dump lies in the pod, and is read when that runs again")] } ?? []
        }
        let place = PodPlace(namespace: key.namespace, pod: pod.name, container: key.app)
        let dump: CrashReport?
        do {
            dump = try await report(in: place)
        } catch {
            return end.map { [$0.report(pod.name, "its dump cannot be read: \(PlatformError.translating(error))")] } ?? []
        }
        guard var dump else { return end.map { [$0.report(pod.name, "it left no dump")] } ?? [] }
        guard let end else { return [dump] }
        // A dump is written while its process ends; an older one is another's.
        guard dump.at >= end.startedAt else { return [end.report(pod.name, "it left no dump"), dump] }
        dump.end = end.words
        return [dump]
    }

    /// The dump in a container, read as it comes; nil when there is none.
    private func report(in place: PodPlace) async throws -> CrashReport? {
        try await client.exec(
            ExecCommand(DumpListing.words, container: place.container), in: place.pod, namespace: place.namespace
        ) { session in
            var listing = DumpListing()
            for try await event in session.events {
                if case .output(let bytes) = event { listing.feed(bytes) }
            }
            return listing.report(of: place.pod)
        }
    }
}

/// How a container's last process ended.
struct ContainerEnd: Hashable, Sendable {
    var words: String
    var startedAt: Timestamp
    var at: Timestamp

    func report(_ pod: String, _ why: String) -> CrashReport {
        var report = CrashReport(replica: pod, at: at, path: "", bytes: 0)
        (report.end, report.missing) = (words, why)
        return report
    }
}

extension PodReading {
    /// How the process before the present one ended, or that of a container which does not run; nil when it ended well, or none has.
    func end(in name: String) -> ContainerEnd? {
        let all = object.json.at("status", "containerStatuses")?.elements ?? []
        let container = all.first { $0["name"]?.text == name } ?? all.first
        // A pod that is being deleted was told to end: how it does is no crash.
        let isToEnd = object.json.at("metadata", "deletionTimestamp") != nil
        guard
            let terminated = (isToEnd ? nil : container?.at("state", "terminated")) ?? container?.at("lastState", "terminated"),
            let code = terminated["exitCode"]?.integer, code != 0, let at = terminated["finishedAt"]?.moment
        else { return nil }
        let replica = replica(key: AppKey(app: name), revision: 0, port: 0, node: nil, hasRequests: false)
        return ContainerEnd(
            words: replica.killedFor ?? replica.lastExit?.summary ?? "exit code \(code)",
            startedAt: terminated["startedAt"]?.moment ?? Timestamp(milliseconds: 0),
            at: at)
    }
}

/// A crash dump as a container prints it: its size and when it was written on a line, then its bytes, up to a bound.
struct DumpListing {
    private var head: [UInt8]? = []
    private var facts: (bytes: Int, at: Timestamp, path: String)?
    private var reader = CrashDumpReader()
    private var taken = 0

    /// Bytes that are read of one: as many as the VM writes where nobody says otherwise.
    static let most = 64 << 20
    private static let longestHead = 4096

    static let words = [
        "/bin/sh", "-c",
        """
        dump=${ERL_CRASH_DUMP:-/tmp/beamctl/erl_crash.dump}
        [ -s "$dump" ] || exit 0
        printf '%s %s\\n' "$(stat -c '%s %Y' "$dump")" "$dump"
        head -c \(most) "$dump"
        """,
    ]

    mutating func feed(_ bytes: [UInt8]) {
        var rest = bytes[...]
        if var head {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            head += rest[..<(end ?? rest.endIndex)].prefix(Self.longestHead - head.count)
            guard let end else {
                self.head = head
                return
            }
            self.head = nil
            rest = rest[(end + 1)...]
            let words = String(decoding: head, as: UTF8.self).split(separator: " ", maxSplits: 2)
            if words.count == 3, let size = Int(words[0]), size > 0, let seconds = Int64(words[1]),
                (0..<1 << 40).contains(seconds)
            {
                facts = (size, Timestamp(milliseconds: seconds * 1000), String(words[2]))
            }
        }
        guard facts != nil, taken < Self.most else { return }
        rest = rest.prefix(Self.most - taken)
        taken += rest.count
        rest.withUnsafeBytes { reader.feed($0) }
    }

    mutating func report(of pod: String) -> CrashReport? {
        guard let facts else { return nil }
        var report = CrashReport(replica: pod, at: facts.at, path: "\(pod):\(facts.path)", bytes: facts.bytes)
        if let dump = reader.finish() { report.take(dump) }
        return report
    }
}
