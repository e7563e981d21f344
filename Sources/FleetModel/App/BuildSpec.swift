/// The tool that builds a release, by the name its users give it.
public enum ReleaseTool: String, Hashable, Codable, Sendable, CaseIterable {
    /// `mix release`, Elixir 1.9 and later.
    case mix
    /// `rebar3 release` (relx).
    case rebar3
    /// Distillery, until 2.1.
    case distillery
}

/// How an app's release is built.
public struct BuildSpec: Hashable, Codable, Sendable {
    /// The tool; nil means: the one that the project's files show.
    public var tool: ReleaseTool?
    /// The release's name, for projects that define several; nil means: the only one, or the app's.
    public var release: String?
    /// Whether `mix assets.deploy` runs before the release is made; nil means: when the project defines it.
    public var assets: Bool?

    /// Makes a description; what is left out is found out from the project.
    public init(tool: ReleaseTool? = nil, release: String? = nil, assets: Bool? = nil) {
        self.tool = tool
        self.release = release
        self.assets = assets
    }
}
