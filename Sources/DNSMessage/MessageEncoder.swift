/// Writes a message from front to back. Public so that a server can write answers record by record and know where each
/// ends; a whole ``Message`` is written by ``Message/encoded()``.
public struct MessageEncoder: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    /// Where names and their ends start. A pointer has 14 bits, so none lie further.
    private var offsets: [Suffix: Int] = [:]

    /// The end of a name, its wire form in lower case.
    private struct Suffix: Hashable {
        var wire: ArraySlice<UInt8>

        func hash(into hasher: inout Hasher) {
            wire.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    /// An encoder that has written nothing.
    public init() {}

    mutating func append(_ message: Message) throws(DNSEncodingError) {
        let extra = message.edns == nil ? 0 : 1
        let counts = [
            message.questions.count, message.answers.count, message.authorities.count, message.additionals.count + extra,
        ]
        guard counts.allSatisfy({ $0 <= UInt16.max }) else { throw DNSEncodingError.tooManyRecords }
        append(header: message.header, counts: counts.map(UInt16.init))
        for question in message.questions { append(question) }
        for record in message.answers + message.authorities + message.additionals { try append(record) }
        if let edns = message.edns { try append(edns) }
        guard bytes.count <= UInt16.max else { throw DNSEncodingError.messageTooLong(octets: bytes.count) }
    }

    /// Writes a header with the counts of questions, answers, authority and additional records, in this order.
    public mutating func append(header: Header, counts: [UInt16]) {
        append(header.id)
        append(header.flags.rawValue)
        for count in counts { append(count) }
    }

    /// Writes a question.
    public mutating func append(_ question: Question) {
        append(question.name, compressed: true)
        append(question.type.rawValue)
        append(question.recordClass.rawValue)
    }

    /// Writes a record.
    ///
    /// - Throws: ``DNSEncodingError`` when its content does not fit.
    public mutating func append(_ record: ResourceRecord) throws(DNSEncodingError) {
        append(record.name, compressed: true)
        append(record.data.type.rawValue)
        append(record.recordClass.rawValue)
        append(UInt32(record.timeToLive))
        let length = reserveLength()
        try append(record.data)
        try fillLength(at: length)
    }

    /// Writes the OPT record.
    ///
    /// - Throws: ``DNSEncodingError`` when an option does not fit.
    public mutating func append(_ edns: EDNS) throws(DNSEncodingError) {
        bytes.append(0)
        append(RecordType.opt.rawValue)
        append(edns.payloadSize)
        bytes.append(edns.extendedResponseCode)
        bytes.append(edns.version)
        append(edns.flags)
        let whole = reserveLength()
        for option in edns.options {
            append(option.code)
            let length = reserveLength()
            bytes += option.content
            try fillLength(at: length)
        }
        try fillLength(at: whole)
    }

    private mutating func append(_ data: RecordData) throws(DNSEncodingError) {
        switch data {
        case .a(let address): append(address.rawValue)
        case .aaaa(let address): bytes += address.octets
        case .srv(let location): append(location)
        case .ptr(let name), .ns(let name), .cname(let name): append(name, compressed: true)
        case .txt(let strings): try append(strings)
        case .soa(let soa): append(soa)
        case .opaque(_, let octets): bytes += octets
        }
    }

    /// RFC 2782: the target is not compressed.
    private mutating func append(_ location: ServiceLocation) {
        append(location.priority)
        append(location.weight)
        append(location.port)
        append(location.target, compressed: false)
    }

    private mutating func append(_ soa: StartOfAuthority) {
        append(soa.primary, compressed: true)
        append(soa.mailbox, compressed: true)
        for number in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] { append(number) }
    }

    private mutating func append(_ strings: [[UInt8]]) throws(DNSEncodingError) {
        guard !strings.isEmpty else { throw DNSEncodingError.badText(octets: 0) }
        for string in strings {
            guard let length = UInt8(exactly: string.count) else { throw DNSEncodingError.badText(octets: string.count) }
            bytes.append(length)
            bytes += string
        }
    }

    /// Writes a name, as a pointer from the first label on that has been written before.
    private mutating func append(_ name: Name, compressed: Bool) {
        let key = name.lowercased.wire
        var position = 0
        while key[position] != 0 {
            let suffix = Suffix(wire: key[position...])
            if let offset = offsets[suffix] {
                if compressed {
                    append(0xC000 | UInt16(offset))
                    return
                }
            } else if bytes.count < 0x4000 {
                offsets[suffix] = bytes.count
            }
            let next = position + 1 + Int(key[position])
            bytes += name.wire[position..<next]
            position = next
        }
        bytes.append(0)
    }

    private mutating func reserveLength() -> Int {
        append(0 as UInt16)
        return bytes.count
    }

    private mutating func fillLength(at start: Int) throws(DNSEncodingError) {
        guard let length = UInt16(exactly: bytes.count - start) else {
            throw DNSEncodingError.dataTooLong(octets: bytes.count - start)
        }
        bytes[start - 2] = UInt8(length >> 8)
        bytes[start - 1] = UInt8(length & 0xFF)
    }

    private mutating func append(_ number: UInt16) {
        bytes.append(UInt8(number >> 8))
        bytes.append(UInt8(number & 0xFF))
    }

    private mutating func append(_ number: UInt32) {
        append(UInt16(number >> 16))
        append(UInt16(number & 0xFFFF))
    }
}
