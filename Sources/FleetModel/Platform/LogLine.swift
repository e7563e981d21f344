/// One line that a replica wrote.
public struct LogLine: Hashable, Codable, Sendable {
    /// The replica.
    public var replica: String
    /// When it was read from the replica.
    public var at: Timestamp
    /// `stdout` or `stderr`.
    public var stream: String
    /// The line without its end.
    public var text: String

    /// Makes one.
    public init(replica: String, at: Timestamp, stream: String, text: String) {
        self.replica = replica
        self.at = at
        self.stream = stream
        self.text = text
    }
}

/// Which lines are wanted.
public struct LogQuery: Hashable, Codable, Sendable {
    /// One replica only.
    public var replica: String?
    /// No line before this moment.
    public var since: Timestamp?
    /// At most so many of the newest lines; nil: all there are.
    public var tail: Int?
    /// Whether to go on with what is written from now on.
    public var follow: Bool
    /// Whether the app's secrets are taken out of the lines; nil: they are not.
    public var hidesSecrets: Bool?

    /// Makes one.
    public init(
        replica: String? = nil, since: Timestamp? = nil, tail: Int? = nil, follow: Bool = false, hidesSecrets: Bool? = nil
    ) {
        self.replica = replica
        self.since = since
        self.tail = tail
        self.follow = follow
        self.hidesSecrets = hidesSecrets
    }
}
