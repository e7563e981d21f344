/// How an app's container image is made, and what it is called.
public struct ImageSpec: Hashable, Codable, Sendable {
    /// What makes it.
    public enum Builder: String, Hashable, Codable, Sendable, CaseIterable {
        /// beamctl itself, of a release that was built here.
        case native
        /// A Docker Engine, of a Dockerfile that beamctl writes from a template.
        case docker
    }

    /// Registry and repository, perhaps with a tag; nil: the app's name, and no registry.
    public var name: String?
    /// What makes it; nil: ``Builder/native``.
    public var builder: Builder?
    /// The image that the release runs on: a reference, or the path of an archive or an OCI layout; nil: one that fits the release.
    public var runnerBase: String?
    /// The image that the release is built in, by a Docker Engine; nil: one that fits the project.
    public var builderBase: String?
    /// Whether libraries that the runner's base lacks are taken along from the machine that builds.
    public var bringsLibraries: Bool
    /// Labels beside those that beamctl sets.
    public var labels: [String: String]
    /// The names of Secrets with which a cluster reads the image from its registry.
    public var pullSecrets: [String]

    /// Makes a description; what is left out has the manifest's defaults.
    public init(
        name: String? = nil, builder: Builder? = nil, runnerBase: String? = nil, builderBase: String? = nil,
        bringsLibraries: Bool = true, labels: [String: String] = [:], pullSecrets: [String] = []
    ) {
        self.name = name
        self.builder = builder
        self.runnerBase = runnerBase
        self.builderBase = builderBase
        self.bringsLibraries = bringsLibraries
        self.labels = labels
        self.pullSecrets = pullSecrets
    }

    enum CodingKeys: String, CodingKey {
        case name, builder, runnerBase, builderBase, bringsLibraries, labels, pullSecrets
    }
}
