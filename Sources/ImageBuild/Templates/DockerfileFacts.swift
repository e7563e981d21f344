public import BeamRelease

/// What a Dockerfile says of a project.
public struct DockerfileFacts: Hashable, Sendable {
    /// Something that is copied into the image in which the release is built.
    public struct Copy: Hashable, Sendable {
        /// Its path in the context.
        public var from: String
        /// Where it goes, relative to the project's folder there.
        public var to: String

        /// Makes one.
        public init(from: String, to: String) {
            (self.from, self.to) = (from, to)
        }
    }

    /// The release's name.
    public var release: String
    /// Whether the tool is to be told it: mix knows releases by name only where the project defines some.
    public var namesRelease = true
    /// The tool that builds it.
    public var tool: Release.Tool
    /// The image that it is built in.
    public var builderBase: String
    /// The image that it runs on.
    public var runnerBase: String
    /// The project's folder in the context; empty: the context itself.
    public var project = ""
    /// Names of an umbrella's applications.
    public var applications: [String] = []
    /// Files in `config` that are read when the project is compiled.
    public var compileConfig: [String] = []
    /// Folders of dependencies beside the project.
    public var pathDependencies: [Copy] = []
    /// The code.
    public var code: [Copy] = []
    /// Assets, apart from the code.
    public var assets: [Copy] = []
    /// What is read when the release is made: `config/runtime.exs`, `rel`.
    public var releaseFiles: [Copy] = []
    /// Whether there are dependencies to fetch.
    public var hasDependencies = false
    /// Whether some of them are packages of Hex.
    public var hasPackages = false
    /// Whether there is a lock file.
    public var hasLock = false
    /// Whether `mix assets.deploy` is there.
    public var hasAssets = false
    /// Whether `mix assets.setup` is there.
    public var hasAssetsSetup = false
    /// Whether `assets/package.json` is there.
    public var hasNodePackages = false
    /// Debian's packages (or Alpine's) that building needs.
    public var builderPackages: [String] = []
    /// Packages that running needs.
    public var runnerPackages: [String] = []
    /// The port that the app listens on; nil: it serves no HTTP.
    public var httpPort: Int?
    /// Labels of the image.
    public var labels: [String: String] = [:]
    /// Names of build arguments.
    public var arguments: [String] = []
    /// Secrets by id, which a build may read from `/run/secrets/<id>`; BuildKit only.
    public var secrets: [String] = []
    /// Whether private dependencies are fetched with the user's ssh agent; BuildKit only.
    public var usesSSH = false
    /// Whether the Engine builds with BuildKit, which keeps what tools have fetched between builds.
    public var usesBuildKit = false
    /// Whether the release is built in the image; false: it lies in the context.
    public var isBuiltHere = true

    /// Makes one; what is left out is not there.
    public init(release: String, tool: Release.Tool, builderBase: String, runnerBase: String) {
        (self.release, self.tool, self.builderBase, self.runnerBase) = (release, tool, builderBase, runnerBase)
    }

    /// What templates see.
    func values(template: String) -> [String: Any] {
        var values: [String: Any] = [
            "template": template, "release": release, "names_release": namesRelease, "builder_base": builderBase,
            "runner_base": runnerBase,
            "project_prefix": project.isEmpty ? "" : "\(project)/", "project_suffix": project.isEmpty ? "" : "/\(project)",
            "applications": applications, "is_umbrella": !applications.isEmpty, "compile_config": compileConfig,
            "path_dependencies": pathDependencies.map(\.values), "code": code.map(\.values), "assets": assets.map(\.values),
            "release_files": releaseFiles.map(\.values), "has_dependencies": hasDependencies, "has_packages": hasPackages,
            "has_lock": hasLock,
            "has_assets": hasAssets, "has_assets_setup": hasAssetsSetup, "has_node_packages": hasNodePackages,
            "install": Self.install(runnerBase), "tidy": Self.isAlpine(runnerBase) ? "" : " && rm -rf /var/lib/apt/lists/*",
            "arguments": arguments, "mounts": mounts, "is_built_here": isBuiltHere,
            "labels": labels.sorted { $0.key < $1.key }.map { ["name": $0.key, "value": Self.quoted($0.value)] },
            "start": tool == .mix ? "start" : "foreground",
        ]
        if !builderPackages.isEmpty { values["builder_packages"] = builderPackages.joined(separator: " ") }
        if !runnerPackages.isEmpty { values["runner_packages"] = runnerPackages.joined(separator: " ") }
        if let httpPort { values["http_port"] = "\(httpPort)" }
        return values
    }

    /// What BuildKit lends a step.
    private var mounts: String {
        guard usesBuildKit else { return "" }
        let folders = tool == .rebar3 ? ["/root/.cache/rebar3"] : ["/root/.hex", "/root/.cache/rebar3"]
        var mounts = folders.map { "--mount=type=cache,target=\($0)" }
        mounts += secrets.map { "--mount=type=secret,id=\($0)" }
        if usesSSH { mounts.append("--mount=type=ssh") }
        return mounts.joined(separator: " ") + " "
    }

    /// How a base's package manager is told to install something and to leave nothing else.
    private static func install(_ base: String) -> String {
        isAlpine(base)
            ? "apk add --no-cache"
            : "apt-get update -qq && apt-get install -y -qq --no-install-recommends"
    }

    private static func isAlpine(_ base: String) -> Bool { base.contains("alpine") }

    /// Between double quotes, as Dockerfiles read them.
    private static func quoted(_ text: String) -> String {
        let escaped = text.map { "\"\\$".contains($0) ? "\\\($0)" : $0 == "\n" ? "\\n" : "\($0)" }.joined()
        return "\"\(escaped)\""
    }
}

extension DockerfileFacts.Copy {
    fileprivate var values: [String: String] { ["from": from, "to": to] }
}
