public import BeamRelease
public import FleetModel

/// Builds the release of a project, as its users do it and with their environment.
public struct ReleaseBuilder: Sendable {
    /// What is told while a build runs.
    public enum Progress: Hashable, Sendable {
        /// A step begins.
        case began(BuildStep)
        /// A line of its output or its errors.
        case output(String)
    }

    /// What is run, and where the release will be.
    public let plan: BuildPlan
    private let runner: CommandRunner

    /// Makes one for the project in a folder.
    ///
    /// - Parameters:
    ///   - directory: The project's folder.
    ///   - build: What the manifest says of the build.
    ///   - app: The app's name.
    ///   - environment: The user's environment, all of it.
    ///
    /// Throws ``BuildError`` when it is not clear what to build: see ``BuildPlan``.
    public init(
        directory: String, build: BuildSpec, app: String, environment: [String: String]
    ) throws(BuildError) {
        plan = try BuildPlan(ProjectSurvey(of: directory), build, app: app, environment: environment)
        runner = CommandRunner(environment: MixRebar.completed(environment))
    }

    /// Runs the steps and reads the release. Cancelling the task ends what runs, with all that it has started.
    ///
    /// Throws ``BuildError`` (`.toolMissing`, `.stepFailed` with the last lines of output, `.notBuilt`), `ReleaseError` when what
    /// was built cannot be deployed, or `CancellationError`.
    public func build(_ tell: @escaping @Sendable (Progress) -> Void = { _ in }) async throws -> Release {
        for step in plan.steps {
            tell(.began(step))
            let outcome = try await runner.run(step) { tell(.output($0)) }
            guard outcome.isSuccess else {
                throw BuildError(.stepFailed, at: "\(step)", outcome.description, output: outcome.tail)
            }
        }
        return try builtRelease()
    }

    /// The release that lies there already, for `--no-build`.
    ///
    /// Throws ``BuildError`` `.notBuilt` when there is none, `ReleaseError` when it cannot be deployed.
    public func builtRelease() throws -> Release {
        do throws(ReleaseError) {
            return try Release.read(at: plan.releaseDirectory)
        } catch {
            guard error.code == .notARelease else { throw error }
            throw BuildError(
                .notBuilt, at: plan.releaseDirectory, "holds no release",
                next: plan.steps.last.map { "run \($0), without --no-build" })
        }
    }
}

extension ReleaseDescription {
    /// What a release on disk says of itself.
    public init(_ release: Release) {
        self.init(
            tool: ReleaseTool(release.tool), name: release.name, version: release.version, erts: release.erts.description,
            otp: release.otp, elixir: release.elixir,
            applications: Dictionary(release.applications.map { ($0.name, $0.version) }) { first, _ in first })
    }
}

extension ReleaseTool {
    /// The tool that built a release.
    public init(_ tool: Release.Tool) {
        self =
            switch tool {
            case .mix: .mix
            case .rebar3: .rebar3
            case .distillery: .distillery
            }
    }
}
