/// One immutable version of everything that runs.
public struct Revision: Hashable, Codable, Sendable {
    /// Counts from 1 for each app.
    public var number: Int
    /// The release that it runs.
    public var release: StoredRelease
    /// What the manifest said.
    public var spec: AppSpec
    /// What was set beside the manifest; nil: nothing, as before there were settings.
    public var settings: Settings?
    /// Who made it, and from what.
    public var origin: RevisionOrigin
    /// When it was made.
    public var createdAt: Timestamp
    /// The request that made it.
    public var request: String?

    /// Makes one.
    public init(
        number: Int, release: StoredRelease, spec: AppSpec, settings: Settings? = nil, origin: RevisionOrigin,
        createdAt: Timestamp,
        request: String? = nil
    ) {
        self.number = number
        self.release = release
        self.spec = spec
        self.settings = settings
        self.origin = origin
        self.createdAt = createdAt
        self.request = request
    }
}

/// Who made a revision, and from which source.
public struct RevisionOrigin: Hashable, Codable, Sendable {
    /// The user, as `name@host`.
    public var user: String
    /// The commit that the project was at, 40 hexadecimal digits; nil outside a checkout.
    public var commit: String?
    /// Whether the checkout held changes that were not committed.
    public var isDirty: Bool

    /// Makes one.
    public init(user: String, commit: String? = nil, isDirty: Bool = false) {
        self.user = user
        self.commit = commit
        self.isDirty = isDirty
    }
}
