import DNSMessage
import NIOCore
import Testing

@testable import HeadlessDNS

@Suite("Queries")
struct QueryTests {
    let answerer: Answerer

    init() throws {
        answerer = Answerer(try ZoneIndex(Zones.demo))
    }

    private static let name = "hello.default.svc.cluster.local"

    @Test("the case of a question does not matter and comes back as it was, in the answers too")
    func caseEchoed() throws {
        let asked = "HeLLo.DEFAULT.svc.CLUSTER.lOcAl"
        let response = try answerer.ask(asked, .a)
        #expect(response.answers.count == 3)
        #expect(response.questions[0].name.description == asked)
        #expect(response.answers[0].name.description == asked)
        let negative = try answerer.ask("nobody.CLUSTER.local", .a)
        #expect(negative.authorities[0].name.description == "CLUSTER.local")
    }

    @Test("ANY gets one set of records, no more than a plain question gets")
    func any() throws {
        let response = try answerer.ask(Self.name, .any)
        #expect(response.answerTexts == ["127.88.0.11", "127.88.0.12", "127.88.0.13"])
        #expect(response.additionals.isEmpty)
        #expect(try answerer.ask("svc.cluster.local", .any).authorities.count == 1)
    }

    @Test("zone transfers, other classes and types that are no data are refused")
    func refused() throws {
        for type in [RecordType.axfr, .ixfr, RecordType(rawValue: 250), RecordType(rawValue: 253)] {
            #expect(try answerer.ask("cluster.local", type).responseCode == .refused)
        }
        let version = try answerer.ask("version.bind", .txt, recordClass: .chaos)
        #expect(version.responseCode == .refused)
        #expect(version.questions.count == 1)
        #expect(try answerer.ask(Self.name, .a, recordClass: RecordClass(rawValue: 255)).responseCode == .refused)
    }

    @Test("a response is never answered, nor bytes too few for a header")
    func ignored() throws {
        let response = try query(Self.name, .a, flags: .response)
        #expect(answerer.response(to: response) == nil)
        for length in 0..<12 { #expect(answerer.response(to: Array(response[..<length])) == nil) }
    }

    @Test("an opcode other than QUERY is not implemented", arguments: [1, 2, 4, 5, 15] as [UInt8])
    func opcodes(opcode: UInt8) throws {
        var bytes = try query(Self.name, .a)
        bytes[2] |= opcode << 3
        #expect(answerer.response(to: bytes) == [0x12, 0x34, 0x81 | opcode << 3, 4, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("a query whose header can be read and whose rest cannot is a format error, with its id")
    func formatErrors() throws {
        let plain = try query(Self.name, .a)
        let formatError: [UInt8] = [0x12, 0x34, 0x81, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        func changed(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
            var bytes = plain
            change(&bytes)
            return bytes
        }
        let bad: [String: [UInt8]] = [
            "no question": changed { $0[5] = 0 },
            "two questions": changed { $0[5] = 2 },
            "an answer": changed { $0[7] = 1 },
            "an authority": changed { $0[9] = 1 },
            "a promised record that is not there": changed { $0[11] = 1 },
            "one octet too many": plain + [0],
            "a compressed name": Array(plain[..<12]) + [0xC0, 0x0C, 0, 1, 0, 1],
            "a label type of RFC 2673": Array(plain[..<12]) + [0x41, 1, 0, 0, 1, 0, 1],
            "a name without an end": Array(plain[..<12]) + [UInt8](repeating: 1, count: 300),
            "a name over 255 octets": plain[..<12] + (0..<128).flatMap { _ in [1, 97] } + [0, 0, 1, 0, 1],
            "two OPT records": changed {
                $0[11] = 2
                $0 += [0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 0]
            },
            "an OPT record under a name": changed {
                $0[11] = 1
                $0 += [1, 97, 0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 0]
            },
            "an OPT record that is longer than the message": changed {
                $0[11] = 1
                $0 += [0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 9]
            },
        ]
        for (what, bytes) in bad { #expect(answerer.response(to: bytes) == formatError, "\(what)") }
        for length in 12..<plain.count { #expect(answerer.response(to: Array(plain[..<length])) == formatError) }
    }

    @Test("other additional records than OPT are passed over")
    func otherAdditionals() throws {
        var bytes = try query(Self.name, .a)
        bytes[11] = 2
        bytes += [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 0, 0, 2, 1, 97] + [0, 0, 41, 2, 0, 0, 0, 0, 0, 0, 0]
        let response = try #require(answerer.response(to: bytes))
        let message = try Message(decoding: ByteBuffer(bytes: response))
        #expect(message.answers.count == 3)
        #expect(message.edns != nil)
    }

    @Test("any bytes are answered with a message that can be read, or not at all", arguments: 0..<4)
    func fuzz(seed: Int) throws {
        var generator = SeededGenerator(state: UInt64(seed))
        let templates = try [
            query(Self.name, .a),
            query(Self.name, .srv, edns: EDNS(payloadSize: 4_096, options: [.init(code: 10, content: [1])])),
            query("11.0.88.127.in-addr.arpa", .ptr), query("nobody.cluster.local", .any, edns: EDNS(payloadSize: 0)),
        ]
        var answered = 0
        for round in 0..<10_000 {
            var bytes = templates[round % templates.count]
            if round % 5 == 0 {
                bytes = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
            }
            for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            guard let response = answerer.response(to: bytes) else { continue }
            answered += 1
            #expect(response.count <= Answerer.maximumDatagram)
            let message = try Message(decoding: ByteBuffer(bytes: response))
            #expect(message.header.flags.contains(.response))
            #expect(Array(response[..<2]) == Array(bytes[..<2]))
        }
        #expect(answered > 5_000)
    }
}

/// A generator that gives the same numbers in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
