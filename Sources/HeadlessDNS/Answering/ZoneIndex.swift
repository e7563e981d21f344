package import DNSMessage

/// A zone made ready to be served: each answer is encoded once, when the zone changes, and copied from then on.
///
/// An encoded answer is what follows the question. It is found by name and type and fits any question for that name: the
/// question always starts at octet 12 and a name has one length in any case, so that pointers into it stay right.
package struct ZoneIndex: Sendable {
    /// The zone's serial.
    package let serial: UInt32
    /// The origin in lower case.
    package let origin: Name
    /// How many names exist.
    package var nameCount: Int { nameAnswers.count }

    private let names: NameTable
    /// For each name, its answers.
    private var nameAnswers: [Range<Int>] = []
    /// Whether the name is below the origin, or a reverse name and so a zone of its own.
    private var isBelowOrigin: [Bool] = []
    private var answers: [EncodedAnswer] = []
    private(set) var bytes: [UInt8] = []
    /// For all answers, where each of their records ends, counted from the end of the question.
    private(set) var recordEnds: [Int32] = []
    /// The SOA record of a negative answer, its owner a pointer that is yet to be filled in.
    let negativeAuthority: [UInt8]

    /// Encodes a zone's answers. `serverAddresses` are those at which this server is reached; none if it is not known.
    ///
    /// - Throws: ``ZoneError`` where the zone cannot be served.
    package init(_ zone: Zone, serverAddresses: [IPAddress] = []) throws(ZoneError) {
        let table = try RecordTable(zone, serverAddresses: serverAddresses)
        let sorted = table.records.keys.sorted { $0.wire.lexicographicallyPrecedes($1.wire) }
        serial = zone.serial
        origin = table.origin
        names = NameTable(sorted)
        negativeAuthority = try Self.authority(table.startOfAuthority)
        for name in sorted {
            let first = answers.count
            for (type, data) in Self.recordSets(table.records[name] ?? []) {
                try encode(name, type, data, additional: Self.additional(to: data, from: table))
            }
            nameAnswers.append(first..<answers.count)
            isBelowOrigin.append(name.isSubdomain(of: table.origin))
        }
    }

    /// What there is for a name and a type.
    enum Finding {
        /// An answer.
        case answer(EncodedAnswer)
        /// The name exists without such records; the octet at which the name of its zone starts.
        case noData(zoneAt: Int)
        /// The name would be in the zone and does not exist.
        case noName(zoneAt: Int)
        /// The name is not ours.
        case elsewhere
    }

    func find(_ query: QueryView, in bytes: Span<UInt8>) -> Finding {
        let start = QueryView.questionStart
        if let number = names.number(in: bytes, from: start, count: query.nameLength) {
            for index in nameAnswers[number]
            where answers[index].type == query.type || query.type == RecordType.any.rawValue {
                return .answer(answers[index])
            }
            return .noData(zoneAt: isBelowOrigin[number] ? query.nameEnd - origin.wire.count : start)
        }
        let suffix = query.nameEnd - origin.wire.count
        return isOrigin(at: suffix, in: bytes, nameEnd: query.nameEnd) ? .noName(zoneAt: suffix) : .elsewhere
    }

    /// Whether a label of the name starts at `suffix` and the origin stands there.
    private func isOrigin(at suffix: Int, in bytes: Span<UInt8>, nameEnd: Int) -> Bool {
        var position = QueryView.questionStart
        while position < suffix { position += 1 + Int(bytes[position]) }
        guard position == suffix else { return false }
        for offset in 0..<origin.wire.count where Name.lowercase(bytes[suffix + offset]) != origin.wire[offset] {
            return false
        }
        return true
    }
}

/// Where an answer's encoded records are.
struct EncodedAnswer: Sendable {
    var type: UInt16
    var answerCount: Int
    /// Its records, those of the additional section behind those of the answer section.
    var bytes: Range<Int>
    /// The ends of its records, in ``ZoneIndex/recordEnds``.
    var recordEnds: Range<Int>
}

extension ZoneIndex {
    /// The octets that an answer has behind the question at most: what a message over TCP takes, without its header.
    private static let maximumBody = 65_535 - QueryView.questionStart

    private mutating func encode(
        _ name: Name, _ type: RecordType, _ data: [RecordData], additional: [ResourceRecord]
    ) throws(ZoneError) {
        var encoder = MessageEncoder()
        encoder.append(header: Header(id: 0), counts: [1, 0, 0, 0])
        encoder.append(Question(name, type))
        let body = encoder.bytes.count
        let firstEnd = recordEnds.count
        let records = data.map { ResourceRecord(name, timeToLive: RecordTable.timeToLive, data: $0) } + additional
        for record in records where encoder.bytes.count - body < Self.maximumBody {
            try Self.append(record, to: &encoder)
            recordEnds.append(Int32(encoder.bytes.count - body))
        }
        let start = bytes.count
        bytes += encoder.bytes[body...]
        answers.append(
            EncodedAnswer(
                type: type.rawValue, answerCount: data.count, bytes: start..<bytes.count,
                recordEnds: firstEnd..<recordEnds.count))
    }

    private static func append(_ record: ResourceRecord, to encoder: inout MessageEncoder) throws(ZoneError) {
        do throws(DNSEncodingError) {
            try encoder.append(record)
        } catch {
            throw ZoneError(path: "\(record.name)", problem: "\(record.data.type) record cannot be encoded: \(error)")
        }
    }

    /// The records by type, each once. The first set is what a question for any type gets (RFC 8482, section 4.1).
    private static func recordSets(_ records: [RecordData]) -> [(RecordType, [RecordData])] {
        var sets: [(RecordType, [RecordData])] = []
        var seen: Set<RecordData> = []
        for data in records where seen.insert(data).inserted {
            if let index = sets.firstIndex(where: { $0.0 == data.type }) {
                sets[index].1.append(data)
            } else {
                sets.append((data.type, [data]))
            }
        }
        return sets
    }

    /// The addresses of the hosts that SRV and NS records lead to.
    private static func additional(to data: [RecordData], from table: RecordTable) -> [ResourceRecord] {
        var seen: Set<Name> = []
        return data.flatMap { data -> [ResourceRecord] in
            let host: Name
            switch data {
            case .srv(let location): host = location.target
            case .ns(let name): host = name
            default: return []
            }
            guard seen.insert(host).inserted else { return [] }
            return recordSets(table.records[host] ?? []).filter { [.a, .aaaa].contains($0.0) }.flatMap { $0.1 }
                .map { ResourceRecord(host, timeToLive: RecordTable.timeToLive, data: $0) }
        }
    }

    private static func authority(_ soa: StartOfAuthority) throws(ZoneError) -> [UInt8] {
        // Under the root nothing is compressed but the two names of the content against each other, which would be
        // pointers to where the record is not: each is encoded for itself.
        var bytes: [UInt8] = [0xC0, 0]
        for number in [RecordType.soa.rawValue, RecordClass.internet.rawValue] { bytes += bigEndian(number) }
        bytes += bigEndian(RecordTable.timeToLive)
        var content = soa.primary.wire + soa.mailbox.wire
        for number in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] { content += bigEndian(number) }
        return bytes + bigEndian(UInt16(content.count)) + content
    }

    private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
