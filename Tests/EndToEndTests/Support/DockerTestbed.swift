import Foundation
import TestSupport
import Testing

/// A Docker Engine with `debian:bookworm-slim`, which the testbed's script starts once for the whole run.
enum DockerTestbed {
    /// What tests need of it.
    struct Engine: Sendable {
        /// `debian:bookworm-slim` as `docker save` writes it.
        let base: String
    }

    /// Ends the test here, as skipped and with the reason, where there is no Engine.
    static func engine(sourceLocation: SourceLocation = #_sourceLocation) async throws -> Engine {
        switch await started.value {
        case .success(let engine): return engine
        case .failure(let reason): try Test.cancel("\(reason.text)", sourceLocation: sourceLocation)
        }
    }

    private struct Missing: Error {
        let text: String
    }

    private static let started = Task { () -> Result<Engine, Missing> in
        guard let script = Testbed.script("docker-up") else {
            return .failure(Missing(text: "no testbed: set BEAMCTL_TESTBED to the folder that holds docker-up"))
        }
        // It makes the base with debootstrap the first time. The Engine outlives it, so nothing of ours may be inherited by it: Foundation's
        // own processes count as running as long as somebody has what they inherited.
        let code = try? await within("the testbed's docker-up", deadline: .seconds(600)) {
            try await Spawned([script.path]).exitCode()
        }
        guard code == 0 else { return .failure(Missing(text: "the testbed's docker-up starts no Docker Engine here")) }
        let base = FileManager.default.temporaryDirectory.path + "/beamctl-base-\(getpid()).tar"
        atexit { unlink(FileManager.default.temporaryDirectory.path + "/beamctl-base-\(getpid()).tar") }
        guard let saved = try? await docker("save", "-o", base, "debian:bookworm-slim"), saved.code == 0 else {
            return .failure(Missing(text: "docker save gives no base image"))
        }
        return .success(Engine(base: base))
    }

    /// An image that releases are built in: Debian's Elixir, and a C compiler. Made once, and kept by the Engine.
    static let elixir = "beamctl-tests/elixir:bookworm"

    /// Makes sure that ``elixir`` is there; else as ``engine(sourceLocation:)``.
    static func elixirBase(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        _ = try await engine(sourceLocation: sourceLocation)
        try #require(await elixirMade.value)
    }

    private static let elixirMade = Task { () -> Bool in
        if let there = try? await docker("image", "inspect", elixir), there.code == 0 { return true }
        let packages = "elixir erlang-base erlang-dev gcc libc6-dev make"
        let dockerfile = """
            FROM debian:bookworm-slim
            RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends \(packages) >/dev/null
            """
        let build = Command(
            "/usr/bin/env", ["docker", "build", "--quiet", "--tag", elixir, "-"],
            environment: ProcessInfo.processInfo.environment.merging(["DOCKER_BUILDKIT": "0"]) { $1 }, input: dockerfile)
        return (try? await build.run(within: .seconds(600)))?.code == 0
    }

    /// Runs `docker` to its end.
    @discardableResult
    static func docker(_ arguments: String..., within limit: Duration = .seconds(120)) async throws -> Outcome {
        try await Command("/usr/bin/env", ["docker"] + arguments).run(within: limit)
    }

    /// Runs `docker`, and fails when it does.
    @discardableResult
    static func run(_ arguments: String...) async throws -> String {
        let outcome = try await Command("/usr/bin/env", ["docker"] + arguments).run(within: .seconds(120))
        try #require(outcome.code == 0, "\(outcome)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// Containers of one test, gone when it is done.
actor Containers {
    private let prefix = "beamctl-test-\(UInt32.random(in: 0...UInt32.max))"
    private var names: [String] = []
    private var networks: [String] = []

    static func use<Value: Sendable>(_ body: (Containers) async throws -> Value) async throws -> Value {
        let containers = Containers()
        do {
            let value = try await body(containers)
            await containers.removeAll()
            return value
        } catch {
            await containers.removeAll()
            throw error
        }
    }

    /// Starts one without any right and with a root that cannot be written to, as a cluster with the restricted profile would.
    func start(_ image: String, environment: [String: String] = [:], options: [String] = []) async throws -> String {
        let name = "\(prefix)-\(names.count)"
        names.append(name)
        let variables = environment.flatMap { ["--env", "\($0.key)=\($0.value)"] }
        let arguments =
            [
                "run", "--detach", "--name", name, "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt",
                "no-new-privileges",
            ] + options + variables + [image]
        let outcome = try await Command("/usr/bin/env", ["docker"] + arguments).run(within: .seconds(60))
        try #require(outcome.code == 0, "\(outcome)")
        return name
    }

    func network() async throws -> String {
        let name = "\(prefix)-net-\(networks.count)"
        networks.append(name)
        try await DockerTestbed.run("network", "create", name)
        return name
    }

    private func removeAll() async {
        for name in names { _ = try? await DockerTestbed.docker("rm", "--force", "--volumes", name) }
        for name in networks { _ = try? await DockerTestbed.docker("network", "rm", name) }
    }
}
