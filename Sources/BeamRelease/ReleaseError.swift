/// Why something could not be done with a release: what, where, why, and what to do next.
public struct ReleaseError: Error, Hashable, Sendable {
    /// What kind of trouble it is; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower-case, with dashes.
        public let description: String

        /// The folder holds no release.
        public static let notARelease = Code(description: "not-a-release")
        /// A file of the release is missing, too large or says what cannot be.
        public static let badFile = Code(description: "bad-release-file")
        /// The release's ERTS is older than what a cluster without EPMD needs.
        public static let tooOld = Code(description: "erts-too-old")
        /// Something in the release cannot be copied: a link that leads outside, a device, too many files.
        public static let cannotCopy = Code(description: "release-cannot-be-copied")
        /// The disk is full, or the user's quota.
        public static let diskFull = Code(description: "disk-full")
        /// A system call failed.
        public static let system = Code(description: "system")
        /// A configuration file cannot be rendered with the environment that is given.
        public static let badConfig = Code(description: "bad-config")
        /// What a node was to be started with makes no sense.
        public static let badLaunch = Code(description: "bad-launch")
        /// The command needs a node that other nodes can reach, and this one is alone.
        public static let noDistribution = Code(description: "no-distribution")
    }

    /// What kind of trouble it is.
    public let code: Code
    /// The file, the folder or the setting, with line and column where there are any; may be empty.
    public let place: String
    /// Why, one line in lower case.
    public let reason: String
    /// What to do next, a command or a sentence.
    public let next: String?

    /// Makes one.
    public init(_ code: Code, at place: String, _ reason: String, next: String? = nil) {
        self.code = code
        self.place = place
        self.reason = reason
        self.next = next
    }
}

extension ReleaseError: CustomStringConvertible {
    /// `place: reason (next)`.
    public var description: String {
        (place.isEmpty ? "" : "\(place): ") + reason + (next.map { " (\($0))" } ?? "")
    }
}
