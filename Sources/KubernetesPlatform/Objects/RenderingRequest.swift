public import FleetModel

/// All that an app's objects are made from: the same gives the same bytes.
public struct RenderingRequest: Hashable, Sendable {
    /// What the manifest says.
    public var spec: AppSpec
    /// What is known of the release in the image.
    public var release: ReleaseFacts
    /// The image, as a pod names it.
    public var image: String
    /// The namespace of every object.
    public var namespace: String
    /// What was set beside the manifest.
    public var settings: Settings
    /// Where the values of secrets come from.
    public var secrets: SecretSource
    /// What the objects say of the revision that they belong to; nil: nothing.
    public var revision: RevisionFacts?
    /// What the API server serves.
    public var served: ServedVersions

    /// Makes a request.
    public init(
        spec: AppSpec, release: ReleaseFacts, image: String, namespace: String = AppKey.defaultNamespace,
        settings: Settings = Settings(), secrets: SecretSource, revision: RevisionFacts? = nil,
        served: ServedVersions = .supported
    ) {
        self.spec = spec
        self.release = release
        self.image = image
        self.namespace = namespace
        self.settings = settings
        self.secrets = secrets
        self.revision = revision
        self.served = served
    }
}

/// What has to be known of the release in an image.
public struct ReleaseFacts: Hashable, Sendable {
    /// Its name: the base name of its nodes, unless the cluster has one.
    public var name: String
    /// Its version; nil when it is not known.
    public var version: String?
    /// The application whose start makes a node ready; nil: the end of the boot does.
    public var application: String?

    /// Makes facts.
    public init(name: String, version: String? = nil, application: String? = nil) {
        self.name = name
        self.version = version
        self.application = application
    }

    /// What a release says of itself.
    public init(_ release: ReleaseDescription) {
        self.init(name: release.name, version: release.version, application: release.ownApplication)
    }
}

/// Where the values of secrets come from.
public enum SecretSource: Hashable, Sendable {
    /// Secrets of these names are in the cluster already, or will be: none is rendered.
    ///
    /// - Parameters:
    ///   - env: Holds a key for each secret of the app.
    ///   - cookie: Holds the key `cookie`.
    case references(env: String, cookie: String)
    /// Secrets are rendered, immutable and named by their content.
    ///
    /// - Parameters:
    ///   - env: The values of the app's secrets.
    ///   - cookie: The cluster's cookie; nil when its nodes stand alone.
    ///   - key: What their names are made with, too: something that only readers of Secrets know, so that nobody can tell from a name
    ///     whether a value was guessed right.
    case values(env: [String: String], cookie: String?, key: String)
}

/// What objects say of the revision that they belong to.
public struct RevisionFacts: Hashable, Sendable {
    /// Its number.
    public var number: Int
    /// Who made it, and from what.
    public var origin: RevisionOrigin

    /// Makes facts.
    public init(number: Int, origin: RevisionOrigin) {
        self.number = number
        self.origin = origin
    }
}
