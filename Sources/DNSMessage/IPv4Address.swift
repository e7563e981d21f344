/// An IPv4 address: the RDATA of an A record (RFC 1035, section 3.4.1).
public struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
    /// The address as a number, most significant octet first: 127.0.0.1 is `0x7F000001`.
    public var rawValue: UInt32

    /// An address from its number, most significant octet first.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Reads dotted-decimal text: four decimal numbers of 0 to 255 without leading zeros; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        var value: UInt32 = 0
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var octet: UInt32 = 0
            for digit in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                octet = octet * 10 + UInt32(digit - UInt8(ascii: "0"))
            }
            guard octet <= 255 else { return nil }
            value = value << 8 | octet
        }
        rawValue = value
    }

    /// The four octets in network order.
    public var octets: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: rawValue >> $0) }
    }

    /// Dotted decimal: `127.88.0.11`.
    public var description: String {
        octets.map(String.init).joined(separator: ".")
    }
}
