internal import DNSMessage

/// What a name server has been asked and has answered since it started.
public struct QueryCounters: Codable, Hashable, Sendable {
    /// Queries that came over UDP.
    public var udpQueries: UInt64 = 0
    /// Queries that came over TCP.
    public var tcpQueries: UInt64 = 0
    /// TCP connections taken.
    public var connections: UInt64 = 0
    /// Answers NOERROR out of the zone, NODATA among them.
    public var noError: UInt64 = 0
    /// Answers NXDOMAIN out of the zone.
    public var nameError: UInt64 = 0
    /// Answers REFUSED, NOTIMP or BADVERS.
    public var refused: UInt64 = 0
    /// Answers FORMERR.
    public var formatError: UInt64 = 0
    /// Answers out of the zone that were cut.
    public var truncated: UInt64 = 0
    /// Messages without an answer: responses, and bytes too few to be a query.
    public var ignored: UInt64 = 0
    /// Queries for other zones, handed on.
    public var forwarded: UInt64 = 0
    /// Of those, how many ended with SERVFAIL of our own: no server answered, or too many were under way.
    public var forwardingFailed: UInt64 = 0

    /// Counters at zero.
    public init() {}

    mutating func count(_ verdict: Answerer.Verdict, over transport: Answerer.Transport) {
        switch transport {
        case .udp: udpQueries += 1
        case .tcp: tcpQueries += 1
        }
        switch verdict {
        case .answered(let code, let cut):
            if cut { truncated += 1 }
            switch code {
            case .noError: noError += 1
            case .nameError: nameError += 1
            case .formatError: formatError += 1
            default: refused += 1
            }
        case .ignored: ignored += 1
        case .forward: forwarded += 1
        }
    }
}
