import Foundation
import Glibc
import TestSupport
import Testing

/// A Docker Engine of the tests' own, which they may stop, kill and start again: with its own folder, socket and containerd.
actor OwnEngine {
    private let folder: String
    private var engine: Spawned?
    /// Put before the program: `unshare --net` gives it a network that this machine does not reach.
    private let wrapper: [String]

    /// The Engine that is there for all tests. Ends the test here, as skipped and with the reason, where there is none.
    static func shared(sourceLocation: SourceLocation = #_sourceLocation) async throws -> OwnEngine {
        _ = try await DockerTestbed.engine(sourceLocation: sourceLocation)
        switch await made.value {
        case .success(let engine): return engine
        case .failure(let reason): try Test.cancel("\(reason.text)", sourceLocation: sourceLocation)
        }
    }

    private struct Missing: Error {
        let text: String
    }

    private static let made = Task { () -> Result<OwnEngine, Missing> in
        let engine = OwnEngine("engine")
        do { try await engine.start() } catch { return .failure(Missing(text: "dockerd does not start here: \(error)")) }
        return .success(engine)
    }

    /// Makes one; nothing is started yet.
    init(_ name: String, wrapper: [String] = []) {
        folder = "/tmp/bd-\(getpid())-\(name)"
        self.wrapper = wrapper
        Self.endAtExit(folder)
    }

    /// What `DOCKER_HOST` is for it.
    nonisolated var host: String { "unix://\(folder)/d.sock" }

    /// Starts it, and waits until it answers.
    func start() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let words = [
            "dockerd", "--data-root", "\(folder)/data", "--exec-root", "\(folder)/exec", "--pidfile", "\(folder)/pid", "--host",
            host, "--bridge", try await bridge(),
        ]
        engine = try Spawned(wrapper + words)
        try await within("an Engine that answers", deadline: .seconds(60)) {
            while try await self.docker("version").code != 0 { try await Task.sleep(for: .milliseconds(100)) }
        }
    }

    /// A bridge of its own, in the machine's network: an Engine without one would take docker0 from the machine's own Engine.
    private func bridge() async throws -> String {
        guard wrapper.isEmpty else { return "none" }
        let script = """
            ip link show '\(Self.bridge)' >/dev/null 2>&1 || ip link add '\(Self.bridge)' type bridge
            ip addr replace 10.126.\(getpid() % 256).1/24 dev '\(Self.bridge)' && ip link set '\(Self.bridge)' up
            """
        let made = try await Command("/bin/sh", ["-c", script]).run(within: .seconds(20))
        try #require(made.code == 0, "\(made)")
        return Self.bridge
    }

    private static let bridge = "bd\(getpid())"

    /// Stops it, and with it all containers.
    func stop() async throws {
        guard let engine else { return }
        kill(engine.pid, SIGTERM)
        _ = await engine.exitCode()
        self.engine = nil
    }

    /// Stops its process, but ends nothing: it takes requests and answers none. Whoever tests with it thaws it.
    func freeze() throws {
        if let engine { try Freezing.freeze(engine.pid) }
    }

    /// It answers again.
    func thaw() {
        if let engine { Freezing.thaw(engine.pid) }
    }

    /// Runs `docker` on it.
    @discardableResult
    nonisolated func docker(_ arguments: String...) async throws -> Outcome {
        try await Command("/usr/bin/env", ["docker", "--host", host] + arguments).run(within: .seconds(60))
    }

    /// The lines of what `docker` prints.
    nonisolated func lines(_ arguments: String...) async throws -> [String] {
        let outcome = try await Command("/usr/bin/env", ["docker", "--host", host] + arguments).run(within: .seconds(60))
        try #require(outcome.code == 0, "\(outcome)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    /// The tests' process ends: so does the Engine, and its folder goes.
    private static func endAtExit(_ folder: String) {
        folders.append(folder)
        guard folders.count == 1 else { return }
        atexit {
            for folder in OwnEngine.folders {
                let script = """
                    docker='docker --host unix://\(folder)/d.sock'
                    [ ! -e '\(folder)/pid' ] || { $docker ps -aq | xargs -r $docker rm -f; $docker network prune -f; } >/dev/null 2>&1
                    kill $(cat '\(folder)/pid') 2>/dev/null
                    for _ in $(seq 100); do [ -e '\(folder)/pid' ] || break; sleep 0.1; done
                    grep ' \(folder)/' /proc/mounts | cut -d' ' -f2 | sort -r | xargs -r umount -l 2>/dev/null
                    rm -rf '\(folder)'
                    ip link del '\(OwnEngine.bridge)' 2>/dev/null
                    """
                let ended = Process()
                ended.executableURL = URL(fileURLWithPath: "/bin/sh")
                ended.arguments = ["-c", script]
                try? ended.run()
                ended.waitUntilExit()
            }
        }
    }

    /// Written before the first test waits, read when all have ended.
    private nonisolated(unsafe) static var folders: [String] = []
}
