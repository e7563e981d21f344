package import DNSMessage

extension Answerer {
    /// The octets of an OPT record without options.
    private static let optLength = 11

    /// A found answer, as many of its records as fit. Additional records are left out without a word; a missing answer
    /// is told by TC (RFC 2181, section 9), so that the client asks again over TCP.
    func respond(
        _ answer: EncodedAnswer, _ view: QueryView, _ query: Span<UInt8>, limit: Int, into response: inout [UInt8]
    ) -> Verdict {
        let room = limit - view.questionEnd - (view.edns == nil ? 0 : Self.optLength)
        var records = answer.recordEnds.count
        var length = answer.bytes.count
        if length > room {
            while records > 0, Int(index.recordEnds[answer.recordEnds.lowerBound + records - 1]) > room { records -= 1 }
            length = records == 0 ? 0 : Int(index.recordEnds[answer.recordEnds.lowerBound + records - 1])
        }
        let answers = min(records, answer.answerCount)
        let truncated = answers < answer.answerCount
        let flags: Header.Flags = truncated ? [.authoritative, .truncated] : .authoritative
        start(
            view, query, flags, .noError, counts: (UInt16(answers), 0, UInt16(records - answers)), into: &response)
        response.append(contentsOf: index.bytes[answer.bytes.lowerBound..<answer.bytes.lowerBound + length])
        appendOPT(view, .noError, into: &response)
        return .answered(.noError, truncated: truncated)
    }

    /// A negative answer, the zone's SOA record beside it (RFC 2308, section 3).
    func respond(
        _ code: ResponseCode, _ view: QueryView, _ query: Span<UInt8>, zoneAt zone: Int, into response: inout [UInt8]
    ) -> Verdict {
        start(view, query, .authoritative, code, counts: (0, 1, 0), into: &response)
        let owner = response.count
        response.append(contentsOf: index.negativeAuthority)
        // The name is below 255 octets and starts at 12: the offset fits fourteen bits.
        response[owner] = 0xC0 | UInt8(zone >> 8)
        response[owner + 1] = UInt8(zone & 0xFF)
        appendOPT(view, code, into: &response)
        return .answered(code, truncated: false)
    }

    /// A bare response code with the question.
    package func respond(
        _ code: ResponseCode, _ view: QueryView, _ query: Span<UInt8>, into response: inout [UInt8]
    ) -> Verdict {
        start(view, query, [], code, counts: (0, 0, 0), into: &response)
        appendOPT(view, code, into: &response)
        return .answered(code, truncated: false)
    }

    /// A response to a query of which only the header could be read.
    func refuse(_ view: QueryView, _ code: ResponseCode, into response: inout [UInt8]) -> Verdict {
        response.appendBigEndian(view.id)
        // The opcode and RD are the query's own.
        response.appendBigEndian(0x8000 | view.flags & 0x7900 | code.rawValue & 15)
        response.append(contentsOf: [0, 0, 0, 0, 0, 0, 0, 0])
        return .answered(code, truncated: false)
    }

    /// The header, and the question as it was asked, in its own case.
    func start(
        _ view: QueryView, _ query: Span<UInt8>, _ flags: Header.Flags, _ code: ResponseCode,
        counts: (UInt16, UInt16, UInt16), into response: inout [UInt8]
    ) {
        var all = flags.union(.response)
        if forwards { all.insert(.recursionAvailable) }
        let echoed = view.flags & (Header.Flags.recursionDesired.rawValue | Header.Flags.checkingDisabled.rawValue)
        response.appendBigEndian(view.id)
        response.appendBigEndian(all.rawValue | echoed | code.rawValue & 15)
        response.appendBigEndian(1)
        response.appendBigEndian(counts.0)
        response.appendBigEndian(counts.1)
        response.appendBigEndian(counts.2 + (view.edns == nil ? 0 : 1))
        // Safe: the closure only copies, and the range has been read before.
        query.extracting(QueryView.questionStart..<view.questionEnd).withUnsafeBufferPointer {
            response.append(contentsOf: $0)
        }
    }

    /// The OPT record, to who sent one (RFC 6891, section 6.1.1); DO is given back (RFC 3225, section 3).
    func appendOPT(_ view: QueryView, _ code: ResponseCode, into response: inout [UInt8]) {
        guard let edns = view.edns else { return }
        response.append(0)
        response.appendBigEndian(RecordType.opt.rawValue)
        response.appendBigEndian(UInt16(Self.maximumDatagram))
        response.append(UInt8(truncatingIfNeeded: code.rawValue >> 4))
        response.append(0)
        response.appendBigEndian(edns.wantsSecurity ? 0x8000 : 0)
        response.appendBigEndian(0)
    }
}

extension [UInt8] {
    /// Appends a number, most significant octet first.
    mutating func appendBigEndian(_ number: UInt16) {
        append(UInt8(number >> 8))
        append(UInt8(number & 0xFF))
    }
}
