import BeamRelease
import Dispatch
import FleetModel
import Foundation
import Glibc
import KubernetesPlatform
import Synchronization

/// Joins a VM of this machine to nodes that only pods reach: with forwarders that live as long as this process, or as the command that is
/// run beside them.
struct ClusterAttach {
    let cluster: ClusterPlatform
    let key: AppKey
    /// Where the files go, while they are there: one folder for each process, which no other's is.
    let folder: String

    init(cluster: ClusterPlatform, key: AppKey, home: String) {
        (self.cluster, self.key) = (cluster, key)
        folder = "\(home)/forwarded/\(getpid())"
    }

    /// Has the ways to the nodes held open while the body runs; every file is gone afterwards. Throws when no node is there.
    func run<Value: Sendable>(_ body: @escaping @Sendable (Attachment) async throws -> Value) async throws -> Value {
        let entry = try await cluster.entry(to: key)
        removeStale()
        defer { remove(folder) }
        let (attachments, continuation) = AsyncStream<Attachment>.makeStream()
        return try await withThrowingTaskGroup(of: Value?.self) { [cluster, key, folder] group in
            group.addTask {
                let isFirst = Mutex(true)
                try await cluster.forward(to: entry, in: key.namespace) { ports in
                    let plan = ForwardedAttachPlan(app: key.app, directory: folder, cookie: entry.cookie, ports: ports)
                    guard
                        isFirst.withLock({ first in
                            defer { first = false }; return first
                        })
                    else {
                        return try plan.write(ports: ports)
                    }
                    try FileManager.default.createDirectory(
                        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                    try plan.write()
                    continuation.yield(
                        Attachment(
                            nodes: ports.keys.sorted(), argumentsFile: plan.argumentsFile,
                            ownNameArgumentsFile: plan.ownNameArgumentsFile,
                            cookieFile: plan.cookieFile))
                }
                return nil
            }
            group.addTask {
                for await attachment in attachments { return try await body(attachment) }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() { if let value { return value } }
            throw CancellationError()
        }
    }

    /// Waits until the user, or whoever closes the terminal, ends this.
    static func untilEnded() async throws {
        let (ends, continuation) = AsyncStream<Void>.makeStream()
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler { continuation.finish() }
        source.resume()
        defer { source.cancel() }
        for await _ in ends {}
    }

    /// Runs a program with our terminal, while the forwarders go on. Returns its exit code.
    static func run(_ call: ProgramCall) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try Accompanying.run(call, endsWithCaller: false) })
            }
        }
    }

    /// What processes have left that were killed.
    private func removeStale() {
        let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
            guard let pid = pid_t(name), pid == getpid() || kill(pid, 0) != 0 && errno == ESRCH else { continue }
            remove("\(parent)/\(name)")
        }
    }

    private func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
