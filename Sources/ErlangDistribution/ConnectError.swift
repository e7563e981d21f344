/// Why no connection to a node came about.
public struct ConnectError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure. More may come: keep a `default`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case connectionRefused, unreachable, timedOut, cancelled, closedByPeer, busy, notAllowed, alreadyConnected
            case cookieRefused, peerNotProven, unexpectedPeer, incompatible, protocolViolation
        }
        private let kind: Kind

        /// Nothing listens there (yet): the BEAM is not running, or has not come that far in its boot.
        public static let connectionRefused = Code(kind: .connectionRefused)
        /// The dialer found no way to the node.
        public static let unreachable = Code(kind: .unreachable)
        /// The whole of dialling and handshake took longer than allowed.
        public static let timedOut = Code(kind: .timedOut)
        /// The task that asked was cancelled.
        public static let cancelled = Code(kind: .cancelled)
        /// The peer closed the connection before cookies were compared: it ended, or it takes no such peers as us.
        public static let closedByPeer = Code(kind: .closedByPeer)
        /// The peer is in the middle of another handshake under our name (`nok`).
        public static let busy = Code(kind: .busy)
        /// The peer does not take us (`not_allowed`; see `net_kernel:allow/1`).
        public static let notAllowed = Code(kind: .notAllowed)
        /// The peer still holds a connection under our name (`alive`).
        public static let alreadyConnected = Code(kind: .alreadyConnected)
        /// The peer closed the connection on seeing our proof: the cookies differ.
        public static let cookieRefused = Code(kind: .cookieRefused)
        /// The peer's own proof is wrong: it does not know the cookie, and is not who it seems.
        public static let peerNotProven = Code(kind: .peerNotProven)
        /// Another node than the one that was asked for answers at this address.
        public static let unexpectedPeer = Code(kind: .unexpectedPeer)
        /// The peer speaks an older protocol than handshake version 6 (OTP 23).
        public static let incompatible = Code(kind: .incompatible)
        /// What answers is no Erlang node, or not a sane one.
        public static let protocolViolation = Code(kind: .protocolViolation)

        /// The code's name, stable.
        public var description: String { kind.rawValue }
    }

    /// What kind of failure it is.
    public var code: Code
    /// The node that was to be reached.
    public var peer: PeerName
    /// What happened, in lower case, without the name of the peer.
    public var detail: String

    /// Makes an error, as a dialer does that knows better than ``Code/unreachable``.
    public init(code: Code, peer: PeerName, detail: String) {
        self.code = code
        self.peer = peer
        self.detail = detail
    }

    /// One line: to whom, and why not.
    public var description: String { "no connection to \(peer): \(detail)" }
}
