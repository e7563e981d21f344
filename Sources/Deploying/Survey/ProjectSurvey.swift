public import FleetModel

/// What a project's own files show of it, read as text: nothing of the project is run.
public struct ProjectSurvey: Hashable, Sendable {
    /// The project's folder, as it was given.
    public var directory: String
    /// The tools whose files it has; the one that is most likely meant comes first.
    public var tools: [ReleaseTool]
    /// The application's name; nil where there is none to be read (an umbrella has none of its own).
    public var application: String?
    /// The version that `mix.exs` gives as a plain text; nil where it is computed, or there is none.
    public var version: String?
    /// Whether it is an umbrella: several applications under `apps/`.
    public var isUmbrella: Bool
    /// The applications whose source is in the folder: its own, those of an umbrella, those that rebar3 finds in `apps` and `lib`.
    public var ownApplications: Set<String>
    /// The releases that each tool's files define, in their order. mix builds one named as the application where none is.
    public var releases: [ReleaseTool: [String]]
    /// Whether `mix.exs` defines releases of its own: only then mix knows one by name.
    public var definesMixReleases: Bool
    /// Whether there are dependencies to fetch, other than those within the umbrella.
    public var hasDependencies: Bool
    /// Whether some of them are packages, for which mix wants Hex.
    public var hasPackages: Bool
    /// Folders of dependencies that lie on this machine (`path:`), relative to the project's own.
    public var pathDependencies: [String]
    /// Whether `mix assets.setup` is there.
    public var hasAssetsSetup: Bool
    /// Whether it is a Phoenix project.
    public var usesPhoenix: Bool
    /// Whether its releases bring a `bin/migrate`, as `mix phx.gen.release --ecto` writes it.
    public var migrates: Bool
    /// Whether it depends on dns_cluster or libcluster: then it finds its peers itself, too.
    public var findsPeersItself: Bool
    /// Whether `mix assets.deploy` is there to build what browsers get.
    public var hasAssets: Bool
    /// Whether there is a `config/runtime.exs`.
    public var hasRuntimeConfig: Bool
    /// Variables that `config/runtime.exs` will not do without, in their order.
    public var requiredVariables: [String]
    /// Where builds go, relative to the folder: `_build`, but for an application within an umbrella.
    public var buildFolder: String

    /// Looks at the project in a folder. A folder without a project has no ``tools``.
    public init(of directory: String) {
        let files = ProjectFiles(directory: directory)
        let mix = files.text("mix.exs").map { MixProject($0, files) }
        let rebar = files.text("rebar.config").map(RebarProject.init)
        let distillery = files.text("rel/config.exs").map(DistilleryConfig.init)
        self.directory = directory
        tools = Self.tools(mix, rebar, distillery)
        application = mix?.application ?? rebar?.releases.first
        version = mix?.version
        isUmbrella = mix?.isUmbrella ?? false
        ownApplications = Set([mix?.application].compactMap(\.self) + files.names(in: "apps"))
        if let rebar { ownApplications.formUnion(rebar.releases + files.names(in: "lib")) }
        releases = [:]
        definesMixReleases = mix?.definesReleases ?? false
        if let mix { releases[.mix] = mix.releases }
        if let rebar { releases[.rebar3] = rebar.releases }
        if let distillery { releases[.distillery] = distillery.releases }
        let dependencies = mix?.dependencies ?? []
        hasDependencies = !dependencies.isEmpty || mix == nil && rebar?.hasDependencies == true
        hasPackages = mix.map { !$0.packages.isEmpty } ?? hasDependencies
        pathDependencies = mix?.pathDependencies ?? []
        hasAssetsSetup = mix?.hasAssetsSetup ?? false
        usesPhoenix = dependencies.contains("phoenix")
        migrates = files.text("rel/overlays/bin/migrate") != nil
        findsPeersItself = dependencies.contains("dns_cluster") || dependencies.contains("libcluster")
        hasAssets = mix?.hasAssets ?? false
        buildFolder = mix?.buildFolder ?? "_build"
        let runtime = files.text("config/runtime.exs")
        hasRuntimeConfig = runtime != nil
        requiredVariables = runtime.map(RuntimeConfig.requiredVariables) ?? []
    }

    /// Distillery is meant where its configuration is there and the project depends on it; a `rel/config.exs` alone is what
    /// a move to `mix release` has left behind.
    private static func tools(_ mix: MixProject?, _ rebar: RebarProject?, _ distillery: DistilleryConfig?) -> [ReleaseTool] {
        var tools: [ReleaseTool] = []
        let usesDistillery = distillery != nil && mix?.dependencies.contains("distillery") == true
        if usesDistillery { tools.append(.distillery) }
        if mix != nil { tools.append(.mix) }
        if rebar != nil { tools.append(.rebar3) }
        return tools
    }
}
