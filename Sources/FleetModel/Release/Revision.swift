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
    /// The number of the older revision that it brings back; nil for one that was deployed.
    public var restores: Int?
    /// When exactly its replicas were there and ready for the first time; nil when that never was.
    public var completedAt: Timestamp?

    /// How many revisions of an app keep their release, so that they can be brought back.
    public static let kept = 10

    /// Whether both run the same: release, manifest, settings.
    public func isSame(as other: Revision) -> Bool {
        release == other.release && spec == other.spec && (settings ?? Settings()) == (other.settings ?? Settings())
    }

    /// Makes one.
    public init(
        number: Int, release: StoredRelease, spec: AppSpec, settings: Settings? = nil, origin: RevisionOrigin,
        createdAt: Timestamp, request: String? = nil, restores: Int? = nil
    ) {
        self.number = number
        self.release = release
        self.spec = spec
        self.settings = settings
        self.origin = origin
        self.createdAt = createdAt
        self.request = request
        self.restores = restores
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
