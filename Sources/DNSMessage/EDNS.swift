/// What the OPT pseudo-record of a message says (EDNS(0), RFC 6891, section 6.1).
public struct EDNS: Hashable, Sendable {
    /// The largest UDP message that the sender takes, in octets; less than 512 means 512.
    public var payloadSize: UInt16
    /// The high eight bits of the response code.
    public var extendedResponseCode: UInt8
    /// The version; 0 is the only one that there is.
    public var version: UInt8
    /// The sixteen flag bits; 0x8000 is DO (RFC 3225).
    public var flags: UInt16
    /// The options: code and content.
    public var options: [Option]

    /// By default version 0 without flags and options.
    public init(
        payloadSize: UInt16, extendedResponseCode: UInt8 = 0, version: UInt8 = 0, flags: UInt16 = 0, options: [Option] = []
    ) {
        self.payloadSize = payloadSize
        self.extendedResponseCode = extendedResponseCode
        self.version = version
        self.flags = flags
        self.options = options
    }

    /// One option (RFC 6891, section 6.1.2).
    public struct Option: Hashable, Sendable {
        /// The option's number in the IANA registry.
        public var code: UInt16
        /// Its content, at most 65,535 octets.
        public var content: [UInt8]

        /// An option.
        public init(code: UInt16, content: [UInt8]) {
            self.code = code
            self.content = content
        }
    }
}
