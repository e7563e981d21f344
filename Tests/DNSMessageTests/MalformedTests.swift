import DNSMessage
import Testing

@Suite("Malformed messages")
struct MalformedTests {
    private static let query = bytes("0001 0100 0001 0000 0000 0000 0161 0162 00 0001 0001")

    @Test("a message that is cut anywhere is refused at its end, and not read beyond")
    func truncated() {
        for length in 0..<Self.query.count {
            #expect(decodingError(Array(Self.query[..<length]))?.code == .truncated, "\(length) octets")
        }
    }

    @Test("a pointer to itself, forward or into the header is refused where it stands")
    func pointers() {
        for target in [12, 13, 17, 0, 11] {
            let message = bytes("0001 0100 0001 0000 0000 0000") + [0xC0, UInt8(target), 0, 1, 0, 1]
            let error = decodingError(message)
            #expect(error?.code == .badPointer)
            #expect(error?.offset == 12)
        }
    }

    @Test("two pointers that lead to each other are refused")
    func loop() {
        // The second record's owner (25) points into the first's content (23), which points back to it.
        let message = bytes(
            "0001 8000 0000 0002 0000 0000 00 0063 0001 00000000 0002 C019  C017 0063 0001 00000000 0000")
        #expect(decodingError(message)?.code == .badPointer)
        #expect(decodingError(message)?.offset == 23)
    }

    @Test("a label of a reserved type is refused")
    func reservedLabels() {
        for first in [0x40, 0x80] as [UInt8] {
            let error = decodingError(bytes("0001 0100 0001 0000 0000 0000") + [first, 0, 0, 1, 0, 1])
            #expect(error?.code == .reservedLabel)
            #expect(error?.offset == 12)
        }
    }

    @Test("a name over 255 octets is refused, whether written out or put together by a pointer")
    func longNames() {
        let label = [63] + [UInt8](repeating: 97, count: 63)
        let header = bytes("0001 0100 0002 0000 0000 0000")
        let three = label + label + label + [0]
        let written = header + label + label + label + label + [0, 0, 1, 0, 1]
        #expect(decodingError(written)?.code == .nameTooLong)
        let pointed = header + three + [0, 1, 0, 1] + label + [0xC0, 0x0C, 0, 1, 0, 1]
        #expect(decodingError(pointed)?.code == .nameTooLong)
    }

    @Test("content of another length than its type has is refused")
    func dataLengths() {
        let start = "0001 8000 0000 0001 0000 0000 00"
        #expect(decodingError(bytes(start + "0001 0001 00000000 0005 7F00000100"))?.code == .badDataLength)
        #expect(decodingError(bytes(start + "0001 0001 00000000 0003 7F000001"))?.code == .badDataLength)
        #expect(decodingError(bytes(start + "0010 0001 00000000 0000"))?.code == .badDataLength)
        #expect(decodingError(bytes(start + "0010 0001 00000000 0003 05414243"))?.code == .truncated)
        #expect(decodingError(bytes(start + "0001 0001 00000000 FFFF 7F000001"))?.code == .truncated)
        #expect(decodingError(bytes(start + "0005 0001 00000000 0003 0161 00 00"))?.code == .trailingBytes)
    }

    @Test("an OPT record twice, elsewhere or under a name is refused")
    func opt() {
        let record = "00 0029 0200 00 00 0000 0000"
        #expect(decodingError(bytes("0001 0000 0000 0000 0000 0002" + record + record))?.code == .badOPT)
        #expect(decodingError(bytes("0001 0000 0000 0001 0000 0000" + record))?.code == .badOPT)
        #expect(decodingError(bytes("0001 0000 0000 0000 0000 0001 0161" + record))?.code == .badOPT)
        #expect(
            decodingError(bytes("0001 0000 0000 0000 0000 0001 00 0029 0200 00 00 0000 0005 0001 0002 00"))?.code
                == .badDataLength)
    }

    @Test("bytes behind the last record are refused with their place")
    func trailing() {
        let error = decodingError(Self.query + [0])
        #expect(error?.code == .trailingBytes)
        #expect(error?.offset == Self.query.count)
        #expect(error?.description == "bytes behind the last record at offset 21")
    }

    @Test("counts that promise more than there is cost nothing")
    func counts() {
        #expect(decodingError(bytes("0001 8000 FFFF FFFF FFFF FFFF"))?.code == .truncated)
    }

    @Test("a message made to unfold into a hundred times its size is refused")
    func bomb() {
        // One name of 253 octets, then records of 13 octets, each of whose owners is one more label before it.
        let labels = [UInt8](repeating: 0, count: 126).flatMap { _ in [1, 97] as [UInt8] }
        var message = bytes("0001 8000 0001 07D0 0000 0000") + labels + [0, 0, 1, 0, 1]
        for _ in 0..<2_000 { message += [1, 98, 0xC0, 14] + bytes("0063 0001 00000000 0000") }
        #expect(decodingError(message)?.code == .namesTooDear)
    }

    @Test("a chain of pointers is walked once, however many names lead into it")
    func pointerChain() throws {
        // 3000 pointers, each to the one before it, in the content of an opaque record; then as many names at its end.
        var message = bytes("0001 8000 0000 0BB9 0000 0000 00 0063 0001 00000000 1770") + [0, 0]
        var target = 23
        for _ in 1..<3_000 {
            message += [0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
            target = message.count - 2
        }
        let end = message.count - 2
        for _ in 0..<3_000 { message += [0xC0 | UInt8(end >> 8), UInt8(end & 0xFF)] + bytes("0063 0001 00000000 0000") }
        let clock = ContinuousClock()
        var decoded: Message?
        let time = try clock.measure { decoded = try decode(message) }
        #expect(decoded?.answers.count == 3_001)
        #expect(decoded?.answers.last?.name == .root)
        // Walking the chain for each would be nine million steps.
        #expect(time < .milliseconds(500))
    }
}
