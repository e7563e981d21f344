import ControlAPI
import Foundation
import Glibc
import HTTPTransport
import Synchronization
import TestSupport

/// A real daemon: `beamctl daemon run`, with a home and a network of its own.
final class DaemonFixture: Sendable {
    let home: String
    let network: String
    let client: DaemonClient
    private let transport = HTTPTransport()
    private let launcher: Launcher

    private static let count = Mutex(0)

    init() throws {
        home = NSTemporaryDirectory() + "bctl-\(UUID().uuidString.prefix(8))"
        let number = Self.count.withLock { count in
            count += 1
            return count
        }
        network = "127.94.\(100 + (Int(getpid()) + number) % 150).0/24"
        let launcher = Launcher(home: home, network: network)
        self.launcher = launcher
        client = DaemonClient(transport: transport, socket: home + "/beamctl.sock") { try await launcher.revive() }
    }

    /// Hands a running daemon to a test, and leaves nothing behind.
    static func run(_ body: (DaemonFixture) async throws -> Void) async throws {
        let fixture = try DaemonFixture()
        let result: Result<Void, any Error>
        do {
            try SleepingRelease.write(at: "\(fixture.home)/releases/\(Sample.digest)")
            try await fixture.launcher.start()
            result = .success(try await body(fixture))
        } catch {
            result = .failure(error)
        }
        // Only a daemon can end the replicas of one that was killed.
        try? await fixture.launcher.revive()
        try? await within("the end of the daemon") { try await fixture.client.stopAll() }
        await fixture.transport.shutdown()
        fixture.launcher.killEverything()
        try? FileManager.default.removeItem(atPath: fixture.home)
        try result.get()
    }

    /// How often a daemon was started.
    var starts: Int { launcher.starts }

    /// Starts a daemon beside the one that runs.
    func startAnother() async throws { try await launcher.start() }

    /// Ends the daemon without a word, and waits until it is gone.
    func kill() async throws {
        let pid = try await client.daemonStatus().pid
        Glibc.kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// Asks the daemon to end, as a service manager does, and waits until it has. Returns its exit code.
    func terminate() async throws -> Int32 {
        let pid = try await client.daemonStatus().pid
        Glibc.kill(pid, SIGTERM)
        let (ended, end) = AsyncStream.makeStream(of: Int32.self)
        Thread {
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            end.yield(status >> 8)
            end.finish()
        }
        .start()
        return try await within("the daemon's end") {
            for await code in ended { return code }
            return -1
        }
    }

    /// A request as no client of ours would send it.
    func send(_ method: String, _ path: String, _ body: String) throws -> RawAnswer {
        try RawAnswer(to: "\(method) \(path)", body: body, at: home + "/beamctl.sock")
    }
}

/// Starts daemons for one home.
private final class Launcher: Sendable {
    private let home: String
    private let network: String
    private let pids = Mutex<[pid_t]>([])
    private let attempt = Mutex<Task<Void, any Error>?>(nil)

    struct NotStarted: Error {
        var log: String
    }

    init(home: String, network: String) {
        self.home = home
        self.network = network
    }

    var starts: Int { pids.withLock { $0.count } }

    /// Starts a daemon unless one lives; who asks while one is being started waits for that one.
    func revive() async throws {
        let attempt = attempt.withLock { attempt in
            if let attempt { return attempt }
            let new = Task {
                defer { self.attempt.withLock { $0 = nil } }
                if !self.isAlive() { try await self.start() }
            }
            attempt = new
            return new
        }
        try await attempt.value
    }

    private func isAlive() -> Bool {
        (try? RawAnswer(to: "GET /v1/daemon", body: "", at: home + "/beamctl.sock"))?.status == 200
    }

    /// Starts a daemon; returns when it says that it is ready.
    func start() async throws {
        let errors = Pipe()
        let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        let pid = try Self.spawn(
            ["\(folder)/beamctl", "daemon", "run"],
            ["BEAMCTL_HOME=\(home)", "BEAMCTL_NETWORK=\(network)", "HOME=\(home)", "PATH=/usr/bin:/bin"],
            errors: errors.fileHandleForWriting.fileDescriptor)
        try errors.fileHandleForWriting.close()
        pids.withLock { $0.append(pid) }
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let reader = errors.fileHandleForReading
        Thread {
            var rest: [UInt8] = []
            while case let data = reader.availableData, !data.isEmpty {
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    line.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
            }
            line.finish()
        }
        .start()
        try await within("the daemon to be ready") {
            var log = ""
            for await line in lines {
                if line.contains(" ready") { return }
                log += line + "\n"
            }
            throw NotStarted(log: log)
        }
    }

    private static func spawn(_ words: [String], _ environment: [String], errors: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        var argv = words.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, words[0], &actions, nil, &argv, &envp)
        guard result == 0 else { throw NotStarted(log: "\(words[0]): \(String(cString: strerror(result)))") }
        return pid
    }

    /// Ends every daemon that was started, and the name server of the home, should one still live.
    func killEverything() {
        for pid in pids.withLock({ $0 }) where waitpid(pid, nil, WNOHANG) == 0 {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = pid_t(name), let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                continue
            }
            if String(decoding: words, as: UTF8.self).contains(home + "/") { kill(pid, SIGKILL) }
        }
    }
}
