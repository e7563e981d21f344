/// Reads a message from front to back.
struct MessageDecoder {
    let bytes: [UInt8]
    var position = 0
    /// Names by the offset at which they start, for those that pointers lead to: each is unfolded once.
    var names: [Int: Name] = [:]
    /// Octets that may still be written while unfolding names.
    var allowance: Int

    /// How often names may unfold to the message's own size. Real answers stay below 3.
    static let unfolding = 8
    static let headerLength = 12

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        allowance = Self.unfolding * bytes.count
    }

    mutating func message() throws(DNSDecodingError) -> Message {
        let id = try uint16()
        let flags = Header.Flags(rawValue: try uint16())
        var header = Header(id: id)
        header.flags = flags
        var message = Message(header: header)
        let counts = (try uint16(), try uint16(), try uint16(), try uint16())
        // A count is a claim: nothing is reserved for it, and each record that is read has taken bytes.
        for _ in 0..<counts.0 { message.questions.append(try question()) }
        for _ in 0..<counts.1 { message.answers.append(try record()) }
        for _ in 0..<counts.2 { message.authorities.append(try record()) }
        for _ in 0..<counts.3 { try additional(into: &message) }
        guard position == bytes.count else { throw error(.trailingBytes) }
        return message
    }

    private mutating func question() throws(DNSDecodingError) -> Question {
        let name = try name()
        return Question(name, RecordType(rawValue: try uint16()), recordClass: RecordClass(rawValue: try uint16()))
    }

    private mutating func record() throws(DNSDecodingError) -> ResourceRecord {
        let start = position
        let name = try name()
        let type = RecordType(rawValue: try uint16())
        guard type != .opt else { throw error(.badOPT, at: start) }
        return try record(name, type)
    }

    private mutating func additional(into message: inout Message) throws(DNSDecodingError) {
        let start = position
        let name = try name()
        let type = RecordType(rawValue: try uint16())
        guard type == .opt else {
            message.additionals.append(try record(name, type))
            return
        }
        guard message.edns == nil, name == .root else { throw error(.badOPT, at: start) }
        message.edns = try edns()
    }

    /// What follows a record's name and type.
    private mutating func record(_ name: Name, _ type: RecordType) throws(DNSDecodingError) -> ResourceRecord {
        let recordClass = RecordClass(rawValue: try uint16())
        let timeToLive = try uint32()
        let end = try dataEnd()
        let start = position
        let data = try recordData(type, end: end)
        guard position == end else { throw error(.badDataLength, at: start) }
        return ResourceRecord(name, recordClass: recordClass, timeToLive: timeToLive, data: data)
    }

    /// Reads RDLENGTH; the offset behind the RDATA.
    private mutating func dataEnd() throws(DNSDecodingError) -> Int {
        let length = Int(try uint16())
        guard bytes.count - position >= length else { throw error(.truncated) }
        return position + length
    }

    /// What follows the type of an OPT record (RFC 6891, section 6.1.2).
    private mutating func edns() throws(DNSDecodingError) -> EDNS {
        var edns = EDNS(payloadSize: try uint16(), extendedResponseCode: try uint8(), version: try uint8(), flags: try uint16())
        let end = try dataEnd()
        while position < end {
            let start = position
            let code = try uint16()
            let length = Int(try uint16())
            guard end - position >= length else { throw error(.badDataLength, at: start) }
            edns.options.append(.init(code: code, content: try octets(length)))
        }
        guard position == end else { throw error(.badDataLength) }
        return edns
    }
}
