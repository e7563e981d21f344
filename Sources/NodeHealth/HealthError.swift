public import ErlangDistribution
internal import ExternalTermFormat

/// Why a node did not say how it is.
public struct HealthError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure. More may come: keep a `default`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String { case callFailed, unexpectedAnswer }
        private let kind: Kind

        /// A call gave no value: see ``HealthError/callError``.
        public static let callFailed = Code(kind: .callFailed)
        /// A call gave a value of another shape than OTP documents.
        public static let unexpectedAnswer = Code(kind: .unexpectedAnswer)

        /// The code's name, stable.
        public var description: String { kind.rawValue }
    }

    /// What kind of failure it is.
    public var code: Code
    /// The node's Erlang name.
    public var node: String
    /// What happened, in lower case.
    public var detail: String
    /// With ``Code/callFailed``: what became of the call.
    public var callError: CallError?

    /// One line: which node, and why.
    public var description: String { "\(node) did not say how it is: \(detail)" }

    init(_ error: CallError) {
        code = .callFailed
        node = error.peer.description
        detail = "\(error.call): \(error.detail)"
        callError = error
    }

    init(node: String, call: RemoteCall, answer: Term) {
        code = .unexpectedAnswer
        self.node = node
        detail = "\(call) gave \(answer.description(limit: 100))"
    }
}
