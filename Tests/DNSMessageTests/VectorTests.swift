import DNSMessage
import Testing

/// Messages octet by octet, against the layout of the RFCs.
@Suite("Vectors")
struct VectorTests {
    @Test("a query is twelve octets of header and the question")
    func query() throws {
        let vector = bytes(
            """
            1234 0100 0001 0000 0000 0000
            05 68656C6C6F 07 64656661756C74 03 737663 07 636C7573746572 05 6C6F63616C 00
            0001 0001
            """)
        let message = Message(
            header: Header(id: 0x1234, flags: .recursionDesired),
            questions: [Question(try Name("hello.default.svc.cluster.local"), .a)])
        #expect(try encode(message) == vector)
        #expect(try decode(vector) == message)
    }

    @Test("a response has its names compressed, an SRV target is written out, OPT comes last")
    func response() throws {
        let vector = bytes(
            """
            BEEF 8580 0001 0001 0000 0002
            05 5F68747470 04 5F746370 01 61 00  0021 0001
            C00C 0021 0001 00000001 000B  0000 0032 4E21  01 68 01 61 00
            0168 C017 0001 0001 00000001 0004 7F58000B
            00 0029 04D0 00 00 8000 0000
            """)
        let host = try Name("h.a")
        let message = Message(
            header: Header(id: 0xBEEF, flags: [.response, .authoritative, .recursionDesired, .recursionAvailable]),
            questions: [Question(try Name("_http._tcp.a"), .srv)],
            answers: [
                ResourceRecord(
                    try Name("_http._tcp.a"), timeToLive: 1,
                    data: .srv(ServiceLocation(priority: 0, weight: 50, port: 20_001, target: host)))
            ],
            additionals: [ResourceRecord(host, timeToLive: 1, data: .a(IPv4Address(rawValue: 0x7F58_000B)))],
            edns: EDNS(payloadSize: 1_232, flags: 0x8000))
        #expect(try decode(vector) == message)
        // Ours points to the target's first octet, where the whole of h.a already stands.
        let ours = try encode(message)
        #expect(try decode(ours) == message)
        #expect(ours.count == vector.count - 2)
        #expect(ours[53...54] == [0xC0, 48])
    }

    @Test("each kind of content is read and written as its RFC has it")
    func contents() throws {
        let soa = StartOfAuthority(
            primary: try Name("ns.dns.x"), mailbox: try Name("hostmaster.x"), serial: 7, refresh: 7_200, retry: 1_800,
            expire: 86_400, minimum: 1)
        let contents: [(RecordData, String)] = [
            (.a(IPv4Address(rawValue: 0x7F00_0001)), "0001 0001 00000001 0004 7F000001"),
            (.aaaa(IPv6Address(high: 0xFD00 << 48, low: 1)), "001C 0001 00000001 0010 FD00000000000000 0000000000000001"),
            (.ptr(try Name("a.x")), "000C 0001 00000001 0004 0161C00C"),
            (.ns(try Name("a.x")), "0002 0001 00000001 0004 0161C00C"),
            (.cname(try Name("a.x")), "0005 0001 00000001 0004 0161C00C"),
            (.txt([Array("1.1.0".utf8), []]), "0010 0001 00000001 0007 05312E312E30 00"),
            (
                .soa(soa),
                """
                0006 0001 00000001 002A 026E7303646E73C00C 0A686F73746D6173746572C00C
                00000007 00001C20 00000708 00015180 00000001
                """
            ),
            (.opaque(RecordType(rawValue: 257), [1, 2, 3]), "0101 0001 00000001 0003 010203"),
        ]
        for (data, hexadecimal) in contents {
            let name = try Name("x")
            let vector = bytes("0001 8000 0001 0001 0000 0000 0178 00 00FF 0001 C00C" + hexadecimal)
            let message = Message(
                header: Header(id: 1, flags: .response), questions: [Question(name, .any)],
                answers: [ResourceRecord(name, timeToLive: 1, data: data)])
            #expect(try decode(vector) == message)
            #expect(try encode(message) == vector, "\(data.type)")
        }
    }

    @Test("EDNS options and the twelve bits of a response code survive")
    func edns() throws {
        let vector = bytes("0001 8001 0000 0000 0000 0001 00 0029 1000 01 00 0000 0006 000A 0002 ABCD")
        var message = try decode(vector)
        #expect(message.edns?.options == [EDNS.Option(code: 10, content: [0xAB, 0xCD])])
        #expect(message.responseCode == ResponseCode(rawValue: 17))
        message.responseCode = .badVersion
        #expect(message.header.lowResponseCode == 0)
        #expect(message.edns?.extendedResponseCode == 1)
        #expect(try decode(encode(message)) == message)
    }

    @Test("a header's fields are where RFC 1035 has them")
    func header() {
        var header = Header(id: 1, flags: [.truncated, .checkingDisabled], opcode: Opcode(rawValue: 5))
        #expect(header.flags.rawValue == 0x2A10)
        #expect(header.opcode == .update)
        header.opcode = .query
        header.lowResponseCode = 3
        #expect(header.flags.rawValue == 0x0213)
    }

    @Test("what does not fit its field is not encoded")
    func tooLarge() throws {
        func message(_ data: RecordData, count: Int = 1) -> Message {
            let record = ResourceRecord(.root, timeToLive: 0, data: data)
            return Message(header: Header(id: 0), answers: Array(repeating: record, count: count))
        }
        #expect(throws: DNSEncodingError.badText(octets: 256)) { try message(.txt([Array(repeating: 0, count: 256)])).encoded() }
        #expect(throws: DNSEncodingError.badText(octets: 0)) { try message(.txt([])).encoded() }
        #expect(throws: DNSEncodingError.dataTooLong(octets: 65_536)) {
            try message(.opaque(RecordType(rawValue: 99), Array(repeating: 0, count: 65_536))).encoded()
        }
        #expect(throws: DNSEncodingError.messageTooLong(octets: 12 + 15 * 5_000)) {
            try message(.a(IPv4Address(rawValue: 0)), count: 5_000).encoded()
        }
    }
}
