/// What the server reads of a query: where its parts are, nothing copied.
package struct QueryView: Sendable {
    /// The query's id.
    package var id: UInt16
    /// The sixteen bits behind the id.
    package var flags: UInt16
    /// The octets of the name asked for, its final zero included.
    package var nameLength = 0
    /// The type asked for.
    package var type: UInt16 = 0
    /// The class asked in.
    package var recordClass: UInt16 = 0
    /// What the OPT record says, if there is one.
    package var edns: EDNSRequest?

    /// The part of an OPT record that a server needs.
    package struct EDNSRequest: Sendable {
        /// The largest response that the client takes over UDP, in octets, as it says.
        package var payloadSize: Int
        /// The version it speaks.
        package var version: UInt8
        /// Whether it wants DNSSEC records (DO).
        package var wantsSecurity: Bool
    }

    /// Where the question starts: behind the header.
    package static let questionStart = 12

    /// Where the name ends.
    package var nameEnd: Int { Self.questionStart + nameLength }
    /// Where the question ends.
    package var questionEnd: Int { nameEnd + 4 }

    /// What became of reading.
    enum Reading {
        /// A query with one question.
        case query(QueryView)
        /// Not a query, or too short to answer.
        case ignored
        /// A query to be answered with FORMERR.
        case malformed(QueryView)
        /// A query of another kind than QUERY, to be answered with NOTIMP.
        case notImplemented(QueryView)
    }

    /// Reads a query in one pass over its bytes.
    ///
    /// A response is ignored, so that two servers never answer each other for ever. The question's name may not be
    /// compressed, as there is nothing before it to point to.
    static func read(_ bytes: Span<UInt8>) -> Reading {
        guard bytes.count >= questionStart else { return .ignored }
        var view = QueryView(id: bytes.uint16(at: 0), flags: bytes.uint16(at: 2))
        guard view.flags & 0x8000 == 0 else { return .ignored }
        guard view.flags & 0x7800 == 0 else { return .notImplemented(view) }
        // One question; answers and authorities have no place in a query.
        guard bytes.uint16(at: 4) == 1, bytes.uint16(at: 6) == 0, bytes.uint16(at: 8) == 0 else { return .malformed(view) }
        guard view.readQuestion(bytes), view.readAdditional(bytes, count: Int(bytes.uint16(at: 10))) else {
            return .malformed(view)
        }
        return .query(view)
    }

    private mutating func readQuestion(_ bytes: Span<UInt8>) -> Bool {
        var position = Self.questionStart
        while position < bytes.count, bytes[position] != 0 {
            guard bytes[position] < 64 else { return false }
            position += 1 + Int(bytes[position])
        }
        let length = position + 1 - Self.questionStart
        guard length <= 255, bytes.count - position >= 5 else { return false }
        nameLength = length
        type = bytes.uint16(at: nameEnd)
        recordClass = bytes.uint16(at: nameEnd + 2)
        return true
    }

    /// Walks the additional records and takes the OPT record out of them; false unless they end with the message.
    private mutating func readAdditional(_ bytes: Span<UInt8>, count: Int) -> Bool {
        var position = questionEnd
        for _ in 0..<count {
            guard let name = Self.endOfName(in: bytes, at: position), bytes.count - name >= 10 else { return false }
            if bytes.uint16(at: name) == 41 {
                guard edns == nil, name == position + 1 else { return false }
                edns = EDNSRequest(
                    payloadSize: Int(bytes.uint16(at: name + 2)), version: bytes[name + 5],
                    wantsSecurity: bytes[name + 6] & 0x80 != 0)
            }
            position = name + 10 + Int(bytes.uint16(at: name + 8))
            guard position <= bytes.count else { return false }
        }
        return position == bytes.count
    }

    /// Where the name at `start` ends, pointers not followed.
    private static func endOfName(in bytes: Span<UInt8>, at start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case 0: return position + 1
            case 1..<64: position += 1 + Int(bytes[position])
            case 0xC0...: return position + 2
            default: return nil
            }
        }
        return nil
    }
}

extension Span<UInt8> {
    /// The two octets at `offset`, most significant first.
    func uint16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
    }
}
