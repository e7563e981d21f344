public import NIOCore

/// A DNS message (RFC 1035, section 4.1). The OPT record is not among the additional records but in ``edns``.
public struct Message: Hashable, Sendable {
    /// Id, flags, opcode.
    public var header: Header
    /// What is asked; one, in practice.
    public var questions: [Question]
    /// The answer section.
    public var answers: [ResourceRecord]
    /// The authority section.
    public var authorities: [ResourceRecord]
    /// The additional section without the OPT record.
    public var additionals: [ResourceRecord]
    /// The OPT record, if there is one.
    public var edns: EDNS?

    /// A message, by default without records.
    public init(
        header: Header, questions: [Question] = [], answers: [ResourceRecord] = [], authorities: [ResourceRecord] = [],
        additionals: [ResourceRecord] = [], edns: EDNS? = nil
    ) {
        self.header = header
        self.questions = questions
        self.answers = answers
        self.authorities = authorities
        self.additionals = additionals
        self.edns = edns
    }

    /// The response code: four bits of the header and, with EDNS, eight of the OPT record. Setting one above 15 without
    /// EDNS keeps only its low four bits, as there is no place for more.
    public var responseCode: ResponseCode {
        get { ResponseCode(rawValue: UInt16(edns?.extendedResponseCode ?? 0) << 4 | UInt16(header.lowResponseCode)) }
        set {
            header.lowResponseCode = UInt8(newValue.rawValue & 15)
            edns?.extendedResponseCode = UInt8(truncatingIfNeeded: newValue.rawValue >> 4)
        }
    }

    /// Reads a message out of all readable bytes.
    ///
    /// The work is bounded by the message's own size: names are followed backward only, and their unfolded form may
    /// take at most eight times the message's octets.
    ///
    /// - Throws: ``DNSDecodingError`` with the offset at which the bytes are no message. Bytes behind the last record
    ///   are an error, too.
    public init(decoding buffer: ByteBuffer) throws(DNSDecodingError) {
        var decoder = MessageDecoder(Array(buffer.readableBytesView))
        self = try decoder.message()
    }

    /// The message's bytes, names compressed where RFC 1035 and RFC 3597 allow it, the OPT record last.
    ///
    /// - Throws: ``DNSEncodingError`` when a section, a text or the whole does not fit its length field.
    public func encoded() throws(DNSEncodingError) -> ByteBuffer {
        var encoder = MessageEncoder()
        try encoder.append(self)
        return ByteBuffer(bytes: encoder.bytes)
    }
}
