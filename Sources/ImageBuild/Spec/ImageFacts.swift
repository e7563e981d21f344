/// What an image says of itself and of the app in it: what stands in its configuration, whichever builder makes it.
public struct ImageFacts: Hashable, Sendable {
    /// The app's name.
    public var app: String
    /// The port that the app listens on; nil: it serves no HTTP.
    public var httpPort: Int?
    /// The commit that the release was built from.
    public var commit: String?
    /// Seconds since 1970 of that commit, or what `SOURCE_DATE_EPOCH` says; images carry no other time, so that they can be built again.
    public var createdSeconds: Int
    /// Where the source is: a URL.
    public var source: String?
    /// More labels, from the manifest.
    public var labels: [String: String]
    /// The applications of the project itself, which change at each build; the others are dependencies.
    public var ownApplications: Set<String>

    /// Makes one.
    public init(
        app: String, httpPort: Int?, commit: String? = nil, createdSeconds: Int = 0, source: String? = nil,
        labels: [String: String] = [:], ownApplications: Set<String> = []
    ) {
        self.app = app
        self.httpPort = httpPort
        self.commit = commit
        self.createdSeconds = createdSeconds
        self.source = source
        self.labels = labels
        self.ownApplications = ownApplications
    }
}
