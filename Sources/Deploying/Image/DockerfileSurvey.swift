public import BeamRelease
public import FleetModel
public import ImageBuild

/// What a Dockerfile has to say of a project, found out from its files.
public struct DockerfileSurvey: Sendable {
    private let directory: String
    private let spec: AppSpec
    private let survey: ProjectSurvey
    private let files: ProjectFiles

    /// Looks at a project.
    public init(directory: String, spec: AppSpec) {
        (self.directory, self.spec) = (directory, spec)
        survey = ProjectSurvey(of: directory)
        files = ProjectFiles(directory: directory)
    }

    /// The template for the project, where nobody names another.
    public var template: DockerfileTemplate {
        let name: String =
            switch spec.build.tool ?? survey.tools.first {
            case .distillery: "distillery"
            case .rebar3: "rebar3"
            case .mix where survey.usesPhoenix || survey.hasAssets: "phoenix"
            case .mix, nil: "mix"
            }
        return DockerfileTemplate.named(name) ?? DockerfileTemplate.all[0]
    }

    /// The project's own text of a template, after `beamctl templates eject`.
    public func ownText(of template: DockerfileTemplate) -> String? {
        files.text("\(DockerfileTemplate.folder)/\(template.fileName)")
    }

    /// What is left out of the context: what the project's `.dockerignore` says, or the usual.
    public var ignored: IgnoreRules { IgnoreRules(files.text(".dockerignore") ?? IgnoreRules.standard) }

    /// The folder that everything that is built of lies in: the project's, or one above it where dependencies lie beside it.
    public var root: String {
        let above = survey.pathDependencies.map { $0.split(separator: "/").prefix { $0 == ".." }.count }.max() ?? 0
        return directory.split(separator: "/").dropLast(above).reduce("") { "\($0)/\($1)" }
    }

    /// The project's folder in the root; empty where it is that.
    public var project: String { String(directory.dropFirst(root.count).drop { $0 == "/" }) }

    /// Folders of dependencies outside of the project, relative to the root.
    public var outside: [String] {
        survey.pathDependencies.filter { $0.hasPrefix("..") }.map { RelativePath.joined(project, $0) }
    }

    /// The facts, for a release that is built in the image.
    ///
    /// - Parameter versions: Of Elixir and OTP in use here.
    ///
    /// Throws ``BuildError`` when it is not clear what to build, or a name cannot stand in a Dockerfile.
    public func facts(_ versions: ToolVersions, _ image: ImageFacts, environment: [String: String]) throws(BuildError)
        -> DockerfileFacts
    {
        let plan = try BuildPlan(survey, spec.build, app: spec.app, environment: environment)
        let bases = DockerfileBases(tool: plan.tool, versions: versions)
        let builder = spec.image.builderBase ?? bases.builder
        let runner = spec.image.runnerBase ?? bases.runner
        var facts = DockerfileFacts(
            release: plan.release, tool: Release.Tool(plan.tool), builderBase: builder, runnerBase: runner)
        facts.namesRelease = survey.definesMixReleases
        facts.project = project
        facts.hasDependencies = survey.hasDependencies
        facts.hasPackages = survey.hasPackages
        facts.hasLock = files.exists(plan.tool == .rebar3 ? "rebar.lock" : "mix.lock")
        facts.hasAssets = spec.build.assets ?? survey.hasAssets
        facts.hasAssetsSetup = survey.hasAssetsSetup
        facts.hasNodePackages = files.exists("assets/package.json")
        facts.applications = survey.isUmbrella ? files.names(in: "apps").filter { files.exists("apps/\($0)/mix.exs") } : []
        facts.pathDependencies = try pathDependencies()
        try split(into: &facts, plan.tool)
        facts.builderPackages = bases.builderPackages(on: builder, facts, hasNativeCode: hasNativeCode)
        facts.runnerPackages = bases.runnerPackages(on: runner)
        facts.httpPort = image.httpPort
        facts.labels = image.labels
        return facts
    }

    /// What the Engine builds of: the Dockerfile and the project, with the dependencies that lie beside it. Throws `OCIError`.
    public func context(_ dockerfile: String, _ facts: DockerfileFacts) throws -> BuildContext {
        var context = BuildContext(dockerfile: dockerfile, release: facts.release, tool: facts.tool)
        try context.add(folder: directory, at: project, rules: ignored)
        for path in outside { try context.add(folder: "\(root)/\(path)", at: path, rules: IgnoreRules(IgnoreRules.standard)) }
        return context
    }

    /// The facts, for a release that is there already.
    public func facts(of release: Release, _ image: ImageFacts, runnerBase: String) -> DockerfileFacts {
        var facts = DockerfileFacts(release: release.name, tool: release.tool, builderBase: "", runnerBase: runnerBase)
        facts.isBuiltHere = false
        facts.runnerPackages = DockerfileBases(tool: .mix, versions: ToolVersions()).runnerPackages(on: runnerBase)
        facts.httpPort = image.httpPort
        facts.labels = image.labels
        return facts
    }

    /// Whether something in C is compiled along.
    private var hasNativeCode: Bool {
        files.exists("c_src") || files.exists("Makefile") || files.text("mix.exs")?.contains("elixir_make") == true
    }

    private func pathDependencies() throws(BuildError) -> [DockerfileFacts.Copy] {
        var copies: [DockerfileFacts.Copy] = []
        for path in survey.pathDependencies where !path.hasPrefix("/") {
            let from = path.hasPrefix("..") ? RelativePath.joined(project, path) : inContext(path)
            copies.append(try copy(from, to: path))
        }
        return copies
    }

    private func inContext(_ path: String) -> String { project.isEmpty ? path : "\(project)/\(path)" }

    private func copy(_ from: String, to: String) throws(BuildError) -> DockerfileFacts.Copy {
        guard from.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "$") && $0 != UInt8(ascii: "\\") }) else {
            throw BuildError(
                .whichRelease, at: "\(directory): \(from)", "has a name that cannot stand in a Dockerfile",
                next: "rename it, or leave it out in .dockerignore")
        }
        return DockerfileFacts.Copy(from: from, to: to)
    }

    /// Which of the project's files are read when: the fewer a step sees, the more often its layer is found.
    private func split(into facts: inout DockerfileFacts, _ tool: ReleaseTool) throws(BuildError) {
        let rules = ignored
        for name in files.names(in: ".") where !Self.isNoSource(name) && !rules.leavesOut(name) {
            switch name {
            case "config" where tool != .rebar3:
                for file in files.names(in: name) {
                    if file == "runtime.exs" {
                        facts.releaseFiles.append(try copy(inContext("config/runtime.exs"), to: "config/"))
                    } else if file.hasSuffix(".exs") {
                        facts.compileConfig.append(try copy(file, to: "").from)
                    } else {
                        facts.code.append(try copy(inContext("config/\(file)"), to: "config/\(file)"))
                    }
                }
            case "rel", "config": facts.releaseFiles.append(try copy(inContext(name), to: name))
            case "assets": facts.assets.append(try copy(inContext(name), to: name))
            default: facts.code.append(try copy(inContext(name), to: name))
            }
        }
    }

    /// What no release is made of.
    private static func isNoSource(_ name: String) -> Bool {
        let known: Set<String> = [
            "mix.exs", "mix.lock", "rebar.config", "rebar.lock", "_build", "deps", "doc", "cover", "test", "node_modules",
            "beamctl.yml", "Makefile.dist", "erl_crash.dump", "LICENSE", "Dockerfile", "docker-compose.yml",
        ]
        return known.contains(name) || name.hasPrefix("Dockerfile.") || name.hasSuffix(".md")
    }
}

extension Release.Tool {
    /// The same tool, as a manifest names it.
    init(_ tool: ReleaseTool) {
        self =
            switch tool {
            case .mix: .mix
            case .rebar3: .rebar3
            case .distillery: .distillery
            }
    }
}
