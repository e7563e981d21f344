/// Why a message is refused, with the status that a server answers (RFC 9110, 15).
public struct HTTPProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The status: 400, 414, 417, 431, 501 or 505 for a request, 502 for a response.
    public var status: Int
    /// What is wrong, in one line; nothing of the message itself.
    public var reason: String

    /// A problem.
    public init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    /// The reason.
    public var description: String { reason }
}

/// Bounds of a message's head.
public struct HeadLimits: Hashable, Sendable {
    /// Octets of the whole head, at most 65,535, which is what an ``OctetRange`` reaches.
    public var octets: Int {
        didSet { octets = min(octets, Self.mostOctets) }
    }
    /// Fields.
    public var fields: Int
    /// Octets of a request's target.
    public var target: Int

    private static let mostOctets = 65_535

    /// Bounds; what is left out is as generous as the servers behind are.
    public init(octets: Int = 32_768, fields: Int = 100, target: Int = 8_192) {
        self.octets = min(octets, Self.mostOctets)
        self.fields = fields
        self.target = target
    }
}
