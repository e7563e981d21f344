/// The type of a record or of a question (RFC 1035, section 3.2.2, and the IANA registry of DNS parameters).
public struct RecordType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number on the wire.
    public var rawValue: UInt16

    /// A type by its number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// An IPv4 address (1).
    public static let a = RecordType(rawValue: 1)
    /// A name server of the zone (2).
    public static let ns = RecordType(rawValue: 2)
    /// The canonical name of an alias (5).
    public static let cname = RecordType(rawValue: 5)
    /// The start of a zone of authority (6).
    public static let soa = RecordType(rawValue: 6)
    /// The name behind an address (12).
    public static let ptr = RecordType(rawValue: 12)
    /// Text (16).
    public static let txt = RecordType(rawValue: 16)
    /// An IPv6 address (28; RFC 3596).
    public static let aaaa = RecordType(rawValue: 28)
    /// A service's host and port (33; RFC 2782).
    public static let srv = RecordType(rawValue: 33)
    /// The EDNS(0) pseudo-record (41; RFC 6891).
    public static let opt = RecordType(rawValue: 41)
    /// A transfer of what changed (251; RFC 1995), only asked.
    public static let ixfr = RecordType(rawValue: 251)
    /// A transfer of a zone (252; RFC 5936), only asked.
    public static let axfr = RecordType(rawValue: 252)
    /// All types (255), only asked.
    public static let any = RecordType(rawValue: 255)

    private static let names: [UInt16: String] = [
        1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 16: "TXT", 28: "AAAA", 33: "SRV", 41: "OPT", 251: "IXFR",
        252: "AXFR", 255: "ANY",
    ]

    /// The mnemonic, or `TYPE123` (RFC 3597, section 5).
    public var description: String {
        Self.names[rawValue] ?? "TYPE\(rawValue)"
    }
}

/// The class of a record or of a question (RFC 1035, section 3.2.4).
public struct RecordClass: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public var rawValue: UInt16

    /// A class by its number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The Internet (1).
    public static let internet = RecordClass(rawValue: 1)
    /// Chaosnet (3), in which servers are asked for their version.
    public static let chaos = RecordClass(rawValue: 3)
}
