/// Bytes that are no DNS message.
public struct DNSDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// A stable word for logs and tests.
        public let description: String

        /// The message ends before the field does.
        public static let truncated = Code(description: "truncated")
        /// A label whose first two bits are 01 or 10 (RFC 1035, section 4.1.4).
        public static let reservedLabel = Code(description: "reserved label type")
        /// A compression pointer to itself, forward, or into the header.
        public static let badPointer = Code(description: "pointer that does not point backward")
        /// A name of more than 255 octets.
        public static let nameTooLong = Code(description: "name over 255 octets")
        /// Names that would unfold to far more than the message's own size.
        public static let namesTooDear = Code(description: "names unfold to more than eight times the message")
        /// RDATA that is longer or shorter than its type says.
        public static let badDataLength = Code(description: "record data of another length than its type has")
        /// An OPT record that is not the only one, not at the root or not in the additional section.
        public static let badOPT = Code(description: "OPT record out of place")
        /// Bytes behind the last record.
        public static let trailingBytes = Code(description: "bytes behind the last record")
    }

    /// What is wrong.
    public let code: Code
    /// Where, in octets from the start of the message.
    public let offset: Int

    /// The code and the offset in one line.
    public var description: String {
        "\(code) at offset \(offset)"
    }
}

/// A message that has no bytes, because something in it is too large for its field.
public enum DNSEncodingError: Error, Hashable, Sendable {
    /// A character string of a TXT record over 255 octets, or a TXT record without any.
    case badText(octets: Int)
    /// A section of more than 65,535 records.
    case tooManyRecords
    /// RDATA or an option of more than 65,535 octets.
    case dataTooLong(octets: Int)
    /// A whole message of more than 65,535 octets.
    case messageTooLong(octets: Int)
}
