/// How a connection that was up came to its end.
public struct ConnectionLoss: Hashable, Sendable, CustomStringConvertible {
    /// The kind of end. More may come: keep a `default`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String { case closedHere, closedByPeer, transportFailed, silent, protocolViolation }
        private let kind: Kind

        /// ``NodeConnection/close()``, or nobody held the connection any more.
        public static let closedHere = Code(kind: .closedHere)
        /// The peer closed it: as a rule the BEAM has ended.
        public static let closedByPeer = Code(kind: .closedByPeer)
        /// The operating system broke it off, such as by a reset.
        public static let transportFailed = Code(kind: .transportFailed)
        /// Nothing was heard for the tick time: the peer hangs, is frozen, or the network swallows everything.
        public static let silent = Code(kind: .silent)
        /// The peer sent what no node sends.
        public static let protocolViolation = Code(kind: .protocolViolation)

        /// The code's name, stable.
        public var description: String { kind.rawValue }
    }

    /// What kind of end it is.
    public var code: Code
    /// What happened, in lower case.
    public var detail: String

    /// One line.
    public var description: String { detail }
}
