/// A call over a control socket that did not go well.
public struct ControlError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Code: Hashable, Sendable {
        /// A stable word.
        public let name: String

        /// Nobody listens on the socket.
        public static let notRunning = Code(name: "not_running")
        /// No reply within the time.
        public static let timedOut = Code(name: "timed_out")
        /// The connection ended before the reply.
        public static let closed = Code(name: "closed")
        /// The server would not: ``ControlError/serverCode`` says why.
        public static let refused = Code(name: "refused")
        /// The reply is not one.
        public static let badReply = Code(name: "bad_reply")
    }

    /// What kind of failure it is.
    public let code: Code
    /// One line of what and why.
    public let message: String
    /// With `refused`: the other side's own stable word (`bad_request`, `not_stored`, `too_long`, …).
    public let serverCode: String?

    package init(_ code: Code, _ message: String, serverCode: String? = nil) {
        self.code = code
        self.message = message
        self.serverCode = serverCode
    }

    /// The message.
    public var description: String { message }
}
