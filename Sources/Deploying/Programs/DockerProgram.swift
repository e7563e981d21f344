/// The `docker` of the user's PATH, as far as it builds with BuildKit: what an Engine's own interface does not.
public struct DockerProgram: Sendable {
    /// How it is told to.
    public enum BuildKit: Hashable, Sendable {
        /// `docker buildx build`.
        case buildx
        /// `DOCKER_BUILDKIT=1 docker build`, before version 23.
        case variable
    }

    private let environment: [String: String]

    /// Makes one; `environment` is the user's.
    public init(environment: [String: String]) {
        self.environment = environment
    }

    /// Whether it builds with BuildKit; nil when it does not, or is not there.
    public func buildKit() async -> BuildKit? {
        let runner = CommandRunner(environment: environment)
        let ask = { (arguments: [String]) async -> [String]? in
            let outcome = try? await runner.run(BuildStep("docker", arguments, directory: "/")) { _ in }
            return outcome?.isSuccess == true ? outcome?.tail : nil
        }
        if await ask(["buildx", "version"]) != nil { return .buildx }
        guard let line = await ask(["--version"])?.first, let match = line.firstMatch(of: /version (\d+)\./),
            let major = Int(match.1)
        else { return nil }
        return major < 23 ? .variable : nil
    }

    /// Builds with BuildKit, of a context in a tar archive; `tell` gets every line. Throws ``BuildError`` `.stepFailed`.
    ///
    /// - Parameter options: More of them: `--build-arg`, `--secret`, `--ssh`, `--platform`.
    public func build(
        _ kind: BuildKit, context: String, dockerfile: String, name: String, options: [String],
        tell: @escaping @Sendable (String) -> Void
    ) async throws {
        let common = ["--progress=plain", "--file", dockerfile, "--tag", name] + options + ["-"]
        let step =
            kind == .buildx
            ? BuildStep("docker", ["buildx", "build", "--load"] + common, directory: "/")
            : BuildStep("docker", ["build"] + common, environment: ["DOCKER_BUILDKIT": "1"], directory: "/")
        let outcome = try await CommandRunner(environment: environment).run(step, reading: context, onLine: tell)
        guard outcome.isSuccess else {
            throw BuildError(.stepFailed, at: "\(step)", outcome.description, output: outcome.tail)
        }
    }
}
