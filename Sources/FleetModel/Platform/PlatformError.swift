/// An error of a platform: what, where, why, and what to do next. The code is stable; the words are for people.
public struct PlatformError: Error, Hashable, Codable, Sendable, CustomStringConvertible {
    /// What kind of error; codes are added, never changed.
    public struct Code: Hashable, Codable, Sendable, RawRepresentable {
        /// The stable name, such as `app_not_found`.
        public let rawValue: String

        /// Any name: newer daemons may send codes that this build does not know.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Encoded as the bare name.
        public init(from decoder: any Decoder) throws {
            rawValue = try decoder.singleValueContainer().decode(String.self)
        }

        /// Encoded as the bare name.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }

        /// No such app in that namespace.
        public static let appNotFound = Code(rawValue: "app_not_found")
        /// No such replica, or none that is ready.
        public static let replicaNotFound = Code(rawValue: "replica_not_found")
        /// The request makes no sense: a value out of range, an unknown process.
        public static let invalidRequest = Code(rawValue: "invalid_request")
        /// No address or port is left to give out.
        public static let noRoom = Code(rawValue: "no_room")
        /// The platform cannot be reached.
        public static let unreachable = Code(rawValue: "unreachable")
        /// The platform takes requests and answers none: its daemon is stopped, or hangs.
        public static let unresponsive = Code(rawValue: "unresponsive")
        /// The platform speaks another version.
        public static let versionMismatch = Code(rawValue: "version_mismatch")
        /// Something has not come to its end in the time that it had.
        public static let timedOut = Code(rawValue: "timed_out")
        /// Something failed inside the platform.
        public static let failed = Code(rawValue: "failed")
    }

    /// What kind of error.
    public var code: Code
    /// What is wrong, in one line.
    public var message: String
    /// A command or a change that mends it; nil when there is none to name.
    public var hint: String?
    /// The app that is not there, of `app_not_found`.
    public var missing: AppKey?

    /// No such app. `hint` lists what there is.
    public static func noApp(_ key: AppKey, hint: String) -> PlatformError {
        var error = PlatformError(.appNotFound, "there is no app '\(key.app)' in the namespace '\(key.namespace)'", hint: hint)
        error.missing = key
        return error
    }

    /// Makes one.
    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The message.
    public var description: String { message }
}
