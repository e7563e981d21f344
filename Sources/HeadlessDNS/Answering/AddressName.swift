import DNSMessage

extension QueryView {
    /// The longest text of an address: eight groups of four digits, an IPv4 address in the last two (RFC 4291, section 2.2).
    private static let longestAddress = 45

    /// The address that the name asked for is in itself: `127.88.0.12` or `fd00::1`; nil for any other name.
    ///
    /// OTP's resolver asks for such a text as for a name, twice for each node that another one connects to (`inet:getaddr/2`, as
    /// long as `dns` is among the methods). No name server has such names, and nobody else needs to know of these addresses.
    func addressName(in query: Span<UInt8>) -> IPAddress? {
        guard nameLength <= Self.longestAddress + 2 else { return nil }
        var text: [UInt8] = []
        var position = Self.questionStart
        while query[position] != 0 {
            let end = position + 1 + Int(query[position])
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            for place in position + 1..<end {
                guard Self.isAddressText(query[place]) else { return nil }
                text.append(query[place])
            }
            position = end
        }
        return IPAddress(String(decoding: text, as: UTF8.self))
    }

    private static func isAddressText(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

extension Answerer {
    /// How long an answer may be kept, in seconds: it never changes.
    private static let timeToLive: UInt32 = 3_600

    /// The address that a name is, to who asks for its kind; no data to others.
    func respond(_ address: IPAddress, _ view: QueryView, _ query: Span<UInt8>, into response: inout [UInt8]) -> Verdict {
        let (type, octets): (RecordType, [UInt8]) =
            switch address {
            case .v4(let address): (.a, Array(address.octets))
            case .v6(let address): (.aaaa, Array(address.octets))
            }
        guard view.type == type.rawValue || view.type == RecordType.any.rawValue else {
            return respond(.noError, view, query, into: &response)
        }
        start(view, query, [], .noError, counts: (1, 0, 0), into: &response)
        response.appendBigEndian(0xC000 | UInt16(QueryView.questionStart))
        response.appendBigEndian(type.rawValue)
        response.appendBigEndian(RecordClass.internet.rawValue)
        response.appendBigEndian(UInt16(Self.timeToLive >> 16))
        response.appendBigEndian(UInt16(truncatingIfNeeded: Self.timeToLive))
        response.appendBigEndian(UInt16(octets.count))
        response.append(contentsOf: octets)
        appendOPT(view, .noError, into: &response)
        return .answered(.noError, truncated: false)
    }
}
