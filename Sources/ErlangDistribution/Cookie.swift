internal import Crypto

/// The secret that the nodes of a cluster share.
///
/// It never leaves this value as text: not in a description, not in a dump, not in an error. On the wire only MD5 digests
/// over it and a challenge are seen (that is the protocol's choice, not ours).
public struct Cookie: Sendable {
    private let bytes: [UInt8]

    /// Takes the text of the cookie. `nil` when it is empty, longer than 255 characters or not Latin-1: no node can have it.
    public init?(_ text: String) {
        guard (1...255).contains(text.unicodeScalars.count) else { return nil }
        let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
        guard bytes.count == text.unicodeScalars.count else { return nil }
        self.bytes = bytes
    }

    /// MD5 over the cookie and the challenge in decimal digits: what proves that the sender knows the cookie.
    func digest(challenge: UInt32) -> [UInt8] {
        Array(Insecure.MD5.hash(data: bytes + Array(String(challenge).utf8)))
    }

    /// Whether `proof` is the digest for `challenge`. Takes the same time wherever the first difference is.
    func verifies(_ proof: [UInt8], challenge: UInt32) -> Bool {
        let expected = digest(challenge: challenge)
        guard proof.count == expected.count else { return false }
        return zip(proof, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Cookie: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says only that there is one.
    public var description: String { "a cookie" }
    /// Says only that there is one.
    public var debugDescription: String { description }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
