/// The revisions of an app, as `history` shows them.
public struct History: Hashable, Codable, Sendable {
    /// The app.
    public var key: AppKey
    /// The number of the wanted revision.
    public var wanted: Int
    /// Every revision, oldest first.
    public var revisions: [Revision]
    /// The digests of the releases that are still kept: only revisions of these can be brought back.
    public var keptReleases: Set<String>

    /// Makes one.
    public init(key: AppKey, wanted: Int, revisions: [Revision], keptReleases: Set<String>) {
        self.key = key
        self.wanted = wanted
        self.revisions = revisions
        self.keptReleases = keptReleases
    }

    /// The revision that `rollback` means: the one of that number or, without one, the newest before the wanted one that once ran
    /// whole and is not the same.
    ///
    /// Throws ``PlatformError`` `invalid_request` when there is none, or its release is no longer kept.
    public func target(of number: Int?) throws -> Revision {
        let hint = "beamctl history \(key.app)"
        let current = revisions.first { $0.number == wanted }
        let found: Revision?
        if let number {
            found = revisions.first { $0.number == number }
            if found == nil { throw PlatformError(.invalidRequest, "'\(key.app)' has no revision \(number)", hint: hint) }
            if number == wanted {
                throw PlatformError(.invalidRequest, "revision \(number) is the wanted one already", hint: hint)
            }
        } else {
            found = revisions.last { revision in
                revision.number < wanted && revision.completedAt != nil && current.map(revision.isSame) != true
            }
        }
        guard let found else {
            let same = revisions.last { $0.number < wanted && $0.completedAt != nil }
            throw PlatformError(
                .invalidRequest,
                same.map { "revision \($0.number) of '\(key.app)' ran whole, and is the same as what is wanted" }
                    ?? "'\(key.app)' has no older revision that ever ran whole",
                hint: hint)
        }
        guard keptReleases.contains(found.release.digest) else {
            throw PlatformError(
                .invalidRequest, "the release of revision \(found.number) is no longer kept: the newest \(Revision.kept) are",
                hint: hint)
        }
        return found
    }
}

/// Brings an older revision back: as a new one, with the older one's release, manifest and settings.
public struct RollbackRequest: Hashable, Codable, Sendable {
    /// The revision's number; nil: see ``History/target(of:)``.
    public var to: Int?
    /// Who asks.
    public var user: String
    /// Tells this request from every other: sent twice, it makes one revision.
    public var id: String?

    /// Makes one.
    public init(to: Int?, user: String, id: String? = nil) {
        self.to = to
        self.user = user
        self.id = id
    }
}
