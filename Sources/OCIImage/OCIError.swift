/// Why something could not be done with an image: what, where, why, and what to do next.
public struct OCIError: Error, Hashable, Sendable {
    /// What kind of trouble it is; more may come.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower-case, with dashes.
        public let description: String

        /// Makes one.
        public init(_ description: String) {
            self.description = description
        }

        /// A reference, digest or platform that is none.
        public static let badName = Code("bad-image-name")
        /// What was read is no image, or says what cannot be.
        public static let badImage = Code("bad-image")
        /// An archive holds what must not be unpacked: a path or a link that leads out of it, a damaged header.
        public static let badArchive = Code("bad-archive")
        /// Bytes are not what their digest says.
        public static let digestMismatch = Code("digest-mismatch")
        /// Something is larger than it may be.
        public static let tooLarge = Code("too-large")
        /// There is no image for the platform that is asked for.
        public static let noPlatform = Code("no-such-platform")
        /// It is not there.
        public static let notFound = Code("not-found")
        /// The disk is full, or the user's quota.
        public static let diskFull = Code("disk-full")
        /// A system call failed.
        public static let system = Code("system")
    }

    /// What kind of trouble it is.
    public let code: Code
    /// The file, the image or the blob; may be empty.
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

extension OCIError: CustomStringConvertible {
    /// `place: reason (next)`.
    public var description: String {
        (place.isEmpty ? "" : "\(place): ") + reason + (next.map { " (\($0))" } ?? "")
    }
}
