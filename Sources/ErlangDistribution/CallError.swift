public import ExternalTermFormat

/// Why a call to a node gave no value.
public struct CallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure. More may come: keep a `default`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case badRPC, timedOut, cancelled, connectionLost, overloaded, unencodable, requestTooLarge, answerTooLarge
            case answerUndecodable
        }
        private let kind: Kind

        /// The peer answered `{badrpc, Reason}`: the function does not exist, or it failed.
        public static let badRPC = Code(kind: .badRPC)
        /// No answer in time. The call may still run, or never have been seen (early in boot, `rex` does not exist yet).
        public static let timedOut = Code(kind: .timedOut)
        /// The task that asked was cancelled. The call may still run.
        public static let cancelled = Code(kind: .cancelled)
        /// The connection is gone, see ``CallError/loss``. The call may have run.
        public static let connectionLost = Code(kind: .connectionLost)
        /// Too many calls, or too many bytes, are under way already; this one was not sent.
        public static let overloaded = Code(kind: .overloaded)
        /// The arguments hold what the external term format cannot say; not sent.
        public static let unencodable = Code(kind: .unencodable)
        /// The arguments are larger than a message may be; not sent.
        public static let requestTooLarge = Code(kind: .requestTooLarge)
        /// The answer is larger than a message may be; it was skipped.
        public static let answerTooLarge = Code(kind: .answerTooLarge)
        /// The answer is no term, or one beyond the limits.
        public static let answerUndecodable = Code(kind: .answerUndecodable)

        /// The code's name, stable.
        public var description: String { kind.rawValue }
    }

    /// What kind of failure it is.
    public var code: Code
    /// The function that was called, `module:function/arity`.
    public var call: String
    /// The node that was asked.
    public var peer: PeerName
    /// What happened, in lower case.
    public var detail: String
    /// With ``Code/badRPC``: the reason that the peer gave.
    public var reason: Term?
    /// With ``Code/connectionLost``: how the connection ended.
    public var loss: ConnectionLoss?

    /// One line: what, where, why.
    public var description: String { "\(call) on \(peer): \(detail)" }
}

/// A failure as the connection knows it, before it is said of which call.
enum CallFault: Error, Hashable, Sendable {
    case badRPC(Term)
    case timedOut
    case cancelled
    case connectionLost(ConnectionLoss)
    case overloaded
    case unencodable(TermEncodingError)
    case requestTooLarge(Int)
    case answerTooLarge(Int)
    case answerUndecodable(TermDecodingError)
}

extension CallError {
    init(_ fault: CallFault, call: RemoteCall, peer: PeerName) {
        self.init(code: fault.code, call: call.description, peer: peer, detail: fault.detail)
        switch fault {
        case .badRPC(let reason): self.reason = reason
        case .connectionLost(let loss): self.loss = loss
        default: break
        }
    }
}

extension CallFault {
    fileprivate var code: CallError.Code {
        switch self {
        case .badRPC: .badRPC
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .connectionLost: .connectionLost
        case .overloaded: .overloaded
        case .unencodable: .unencodable
        case .requestTooLarge: .requestTooLarge
        case .answerTooLarge: .answerTooLarge
        case .answerUndecodable: .answerUndecodable
        }
    }

    fileprivate var detail: String {
        switch self {
        case .badRPC(let reason): "failed there: \(reason.description(limit: 300))"
        case .timedOut: "no answer in time"
        case .cancelled: "cancelled"
        case .connectionLost(let loss): "the connection is lost: \(loss)"
        case .overloaded: "not sent, too much is under way already"
        case .unencodable(let error): error.description
        case .requestTooLarge(let bytes): "not sent, \(bytes) bytes are more than a message may have"
        case .answerTooLarge(let bytes): "the answer of \(bytes) bytes is larger than a message may be"
        case .answerUndecodable(let error): "the answer is unreadable: \(error)"
        }
    }
}
