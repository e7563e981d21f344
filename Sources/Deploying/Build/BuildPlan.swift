public import FleetModel

/// One command of a build.
public struct BuildStep: Hashable, Sendable, CustomStringConvertible {
    /// The program: a path, or a name that is looked for in the user's PATH.
    public var command: String
    /// Its arguments.
    public var arguments: [String]
    /// What is set beside the user's own environment.
    public var environment: [String: String]
    /// The folder that it runs in.
    public var directory: String

    /// Makes one.
    public init(_ command: String, _ arguments: [String], environment: [String: String] = [:], directory: String) {
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    /// The step as one would type it in its folder.
    public var description: String {
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return (variables + [command] + arguments).joined(separator: " ")
    }
}

/// How a project's release is built: data, made by pure code.
public struct BuildPlan: Hashable, Sendable {
    /// The tool that builds it.
    public var tool: ReleaseTool
    /// The release's name.
    public var release: String
    /// What is run, in order, each after the one before has succeeded.
    public var steps: [BuildStep]
    /// Where the release will be.
    public var releaseDirectory: String

    /// The plan for what a survey found and a manifest asks for.
    ///
    /// - Parameters:
    ///   - app: The app's name; decides among several releases when one is named as it.
    ///   - environment: The user's environment; the tools take from it where builds go.
    ///
    /// Throws ``BuildError``: `.noProject` when the folder holds none, `.whichRelease` when the manifest asks for what is not
    /// there or must say which of several.
    public init(
        _ survey: ProjectSurvey, _ build: BuildSpec, app: String, environment: [String: String]
    ) throws(BuildError) {
        let tool = try Self.tool(survey, build)
        let release = try Self.release(survey, build, tool, app: app)
        self.tool = tool
        self.release = release
        releaseDirectory = "\(Self.buildFolder(survey, tool, environment))/rel/\(release)"
        steps =
            switch tool {
            case .mix:
                Self.mix(survey, build, ["release"] + (survey.definesMixReleases ? [release] : []) + ["--overwrite"])
            case .distillery:
                Self.mix(survey, build, ["distillery.release", "--name=\(release)"])
            case .rebar3:
                [BuildStep("rebar3", ["as", "prod", "release", "-n", release], directory: survey.directory)]
            }
    }

    private static func tool(_ survey: ProjectSurvey, _ build: BuildSpec) throws(BuildError) -> ReleaseTool {
        guard let found = survey.tools.first else {
            throw BuildError(
                .noProject, at: survey.directory, "holds no project: neither mix.exs nor rebar.config",
                next: "run it in a project's folder, or name one")
        }
        guard let wanted = build.tool else { return found }
        guard survey.releases[wanted] != nil else {
            throw BuildError(
                .whichRelease, at: survey.directory,
                "build.tool is \(wanted.rawValue), but the project has only files of "
                    + survey.tools.map(\.rawValue).joined(separator: ", "))
        }
        return wanted
    }

    private static func release(
        _ survey: ProjectSurvey, _ build: BuildSpec, _ tool: ReleaseTool, app: String
    ) throws(BuildError) -> String {
        let releases = survey.releases[tool] ?? []
        let list = releases.joined(separator: ", ")
        if let wanted = build.release {
            // Where none could be read, the tool knows better than a look at its files.
            guard releases.isEmpty || releases.contains(wanted) else {
                throw BuildError(
                    .whichRelease, at: survey.directory, "build.release is \(wanted), but the project defines \(list)",
                    next: "set build.release in beamctl.yml to one of them")
            }
            return wanted
        }
        if releases.count == 1 { return releases[0] }
        if let same = releases.first(where: { ProjectSurvey.label($0) == app }) { return same }
        guard releases.isEmpty else {
            throw BuildError(
                .whichRelease, at: survey.directory, "defines several releases: \(list)",
                next: "set build.release in beamctl.yml to one of them")
        }
        throw BuildError(
            .whichRelease, at: survey.directory, "defines no release",
            next: "define one in \(tool == .rebar3 ? "rebar.config (relx)" : "mix.exs (releases)"), then build.release names it")
    }

    /// As its users do it. Assets may need what compiling makes, so that comes first then.
    private static func mix(_ survey: ProjectSurvey, _ build: BuildSpec, _ release: [String]) -> [BuildStep] {
        let step = { (arguments: [String]) in
            BuildStep("mix", arguments, environment: ["MIX_ENV": "prod"], directory: survey.directory)
        }
        var steps: [BuildStep] = []
        if survey.hasDependencies { steps.append(step(["deps.get", "--only", "prod"])) }
        if build.assets ?? survey.hasAssets { steps += [step(["compile"]), step(["assets.deploy"])] }
        return steps + [step(release)]
    }

    /// `MIX_BUILD_PATH` and `MIX_BUILD_ROOT` (mix), `REBAR_BASE_DIR` (rebar3) move it.
    private static func buildFolder(
        _ survey: ProjectSurvey, _ tool: ReleaseTool, _ environment: [String: String]
    ) -> String {
        let absolute = { (path: String) in path.hasPrefix("/") ? path : "\(survey.directory)/\(path)" }
        if tool == .rebar3 { return absolute(environment["REBAR_BASE_DIR"] ?? "_build") + "/prod" }
        if let path = environment["MIX_BUILD_PATH"] { return absolute(path) }
        return absolute(environment["MIX_BUILD_ROOT"] ?? survey.buildFolder) + "/prod"
    }
}
