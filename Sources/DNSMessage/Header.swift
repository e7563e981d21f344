/// The first twelve octets of a message but for its counts (RFC 1035, section 4.1.1; AD and CD: RFC 4035, section 3).
public struct Header: Hashable, Sendable {
    /// What pairs a response with its query.
    public var id: UInt16
    /// The sixteen bits behind the id, as they are on the wire.
    public var flags: Flags
    /// What is asked for.
    public var opcode: Opcode {
        get { Opcode(rawValue: UInt8(flags.rawValue >> 11 & 15)) }
        set { flags.rawValue = flags.rawValue & ~0x7800 | UInt16(newValue.rawValue & 15) << 11 }
    }
    /// The low four bits of the response code.
    public var lowResponseCode: UInt8 {
        get { UInt8(flags.rawValue & 15) }
        set { flags.rawValue = flags.rawValue & ~15 | UInt16(newValue & 15) }
    }

    /// A header; by default a query without any flag.
    public init(id: UInt16, flags: Flags = [], opcode: Opcode = .query) {
        self.id = id
        self.flags = flags
        self.opcode = opcode
    }

    /// The bits of a header. The opcode and the response code have accessors of their own.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits on the wire.
        public var rawValue: UInt16

        /// Flags from the bits on the wire.
        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// QR: a response, not a query.
        public static let response = Flags(rawValue: 0x8000)
        /// AA: from a server that is an authority for the name.
        public static let authoritative = Flags(rawValue: 0x0400)
        /// TC: not all records fitted.
        public static let truncated = Flags(rawValue: 0x0200)
        /// RD: please ask others.
        public static let recursionDesired = Flags(rawValue: 0x0100)
        /// RA: this server asks others.
        public static let recursionAvailable = Flags(rawValue: 0x0080)
        /// AD: validated with DNSSEC.
        public static let authenticData = Flags(rawValue: 0x0020)
        /// CD: do not validate.
        public static let checkingDisabled = Flags(rawValue: 0x0010)
    }
}

/// What a message asks for (RFC 1035, section 4.1.1): four bits.
public struct Opcode: RawRepresentable, Hashable, Sendable {
    /// The number, 0 to 15.
    public var rawValue: UInt8

    /// An opcode by its number; only the low four bits are sent.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A standard query (0).
    public static let query = Opcode(rawValue: 0)
    /// A dynamic update (5; RFC 2136).
    public static let update = Opcode(rawValue: 5)
}

/// How a query ended (RFC 1035, section 4.1.1, with the eight more bits of RFC 6891, section 6.1.3): twelve bits.
public struct ResponseCode: RawRepresentable, Hashable, Sendable {
    /// The number, 0 to 4095; above 15 only with EDNS.
    public var rawValue: UInt16

    /// A response code by its number.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// NOERROR (0): there is an answer, or the name exists without such records.
    public static let noError = ResponseCode(rawValue: 0)
    /// FORMERR (1): the query could not be read.
    public static let formatError = ResponseCode(rawValue: 1)
    /// SERVFAIL (2): the server could not find out.
    public static let serverFailure = ResponseCode(rawValue: 2)
    /// NXDOMAIN (3): no such name.
    public static let nameError = ResponseCode(rawValue: 3)
    /// NOTIMP (4): no such kind of query here.
    public static let notImplemented = ResponseCode(rawValue: 4)
    /// REFUSED (5): the server will not.
    public static let refused = ResponseCode(rawValue: 5)
    /// BADVERS (16): an EDNS version that the server does not speak.
    public static let badVersion = ResponseCode(rawValue: 16)
}
