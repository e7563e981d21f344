import ExternalTermFormat
import NIOCore
import Testing

@Suite("What is refused")
struct LimitTests {
    /// Bytes, and what they are refused with: code, offset, tag.
    static let refused: [([UInt8], TermDecodingError.Code, Int, UInt8?)] = [
        ([], .truncated, 0, nil),
        ([130, 106], .notVersion131, 0, nil),
        ([131], .truncated, 1, nil),
        ([131, 1], .unknownTag, 1, 1),
        ([131, 82, 0], .unsupportedTag, 1, 82),  // ATOM_CACHE_REF
        ([131, 117, 0, 0, 0, 0], .unsupportedTag, 1, 117),  // FUN_EXT
        ([131, 121, 1, 2, 3], .unsupportedTag, 1, 121),  // LOCAL_EXT
        ([131, 104, 1, 80], .unsupportedTag, 3, 80),  // compressed inside of a term
        ([131, 106, 0], .trailingBytes, 2, nil),
        ([131, 108, 0xff, 0xff, 0xff, 0xff], .truncated, 1, 108),
        ([131, 105, 0xff, 0xff, 0xff, 0xff], .truncated, 1, 105),
        ([131, 116, 0xff, 0xff, 0xff, 0xff], .truncated, 1, 116),
        ([131, 109, 0xff, 0xff, 0xff, 0xff], .truncated, 1, 109),
        ([131, 111, 0xff, 0xff, 0xff, 0xff, 0], .truncated, 1, 111),
        ([131, 104, 2, 97, 1, 98, 0], .truncated, 5, 98),
        ([131, 70, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], .malformed, 1, 70),  // infinity
        ([131, 70, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], .malformed, 1, 70),  // not a number
        ([131, 99] + Array("nan".utf8) + Array(repeating: 0, count: 28), .malformed, 1, 99),
        ([131, 119, 1, 0xff], .malformed, 1, 119),  // no UTF-8
        ([131, 100, 1, 0] + Array(repeating: 97, count: 256), .malformed, 1, 100),  // 256 characters
        ([131, 118, 0x03, 0xfd] + Array(repeating: 97, count: 1_021), .malformed, 1, 118),
        ([131, 77, 0, 0, 0, 1, 9, 0], .malformed, 1, 77),
        ([131, 77, 0, 0, 0, 0, 3], .malformed, 1, 77),
        ([131, 116, 0, 0, 0, 2, 97, 1, 97, 2, 97, 1, 97, 3], .malformed, 10, 116),  // the same key twice
        ([131, 88, 97, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], .malformed, 2, 97),  // a node that is no atom
        ([131, 90, 0, 6, 119, 0], .malformed, 1, 90),
        ([131, 90, 0, 0, 119, 0, 0, 0, 0, 0], .malformed, 1, 90),
        ([131, 113, 119, 0, 119, 0, 98, 0, 0, 1, 0], .malformed, 6, 113),  // arity 256
        ([131, 112, 0, 0, 0, 0], .malformed, 1, 112),
        ([131, 80, 0, 0, 0, 5, 1, 2, 3], .malformed, 1, 80),
        ([131, 80, 0xff, 0xff, 0xff, 0xff, 1, 2, 3], .tooLarge, 1, 80),
    ]

    @Test("nonsense is refused with what, where and at which tag", arguments: refused.indices)
    func nonsense(case number: Int) {
        let (bytes, code, offset, tag) = Self.refused[number]
        #expect {
            try Term(externalFormat: bytes)
        } throws: { error in
            guard let error = error as? TermDecodingError else { return false }
            return error.code == code && error.offset == offset && error.tag == tag && !error.detail.isEmpty
        }
    }

    private func nested(_ depth: Int, _ open: [UInt8], _ close: [UInt8] = []) -> [UInt8] {
        var bytes: [UInt8] = [131]
        for _ in 0..<depth { bytes += open }
        bytes.append(106)
        for _ in 0..<depth { bytes += close }
        return bytes
    }

    @Test("nesting is read up to the limit, and refused beyond it without using up the stack")
    func depth() throws {
        let limits = TermLimits(depth: .max)
        #expect(limits.depth == TermLimits.greatestDepth)
        let deepest = try Term(externalFormat: nested(1_023, [104, 1]), limits: limits)
        #expect(try Term(externalFormat: deepest.externalFormat(), limits: limits) == deepest)
        #expect(deepest.description.hasPrefix("{{{"))
        for bytes in [
            nested(1_000_000, [104, 1]), nested(1_000_000, [108, 0, 0, 0, 1], [106]),
            nested(1_000_000, [116, 0, 0, 0, 1, 97, 1]), nested(1_000_000, [112, 0, 0xff, 0, 0]),
        ] {
            #expect(throws: TermDecodingError.self) { try Term(externalFormat: bytes, limits: limits) }
        }
        #expect(throws: TermEncodingError.self) { try Term.tuple([deepest]).externalFormat() }
    }

    @Test("a long chain of lists in tails is one list, and costs no stack")
    func chainOfTails() throws {
        let bytes = nested(200_000, [108, 0, 0, 0, 1, 97, 7])
        #expect(try Term(externalFormat: bytes) == .list(Array(repeating: 7, count: 200_000)))
    }

    @Test("all containers share one allowance of terms")
    func terms() throws {
        let term = Term.list([.tuple([1, 2, 3]), .charlist("abc"), .map([1: 2])])
        let bytes = try term.externalFormat()
        #expect(try Term(externalFormat: bytes, limits: TermLimits(terms: 13)) == term)
        #expect {
            try Term(externalFormat: bytes, limits: TermLimits(terms: 12))
        } throws: {
            ($0 as? TermDecodingError)?.code == .tooManyTerms
        }
    }

    @Test("a compressed term that becomes larger than it says, or than allowed, is refused")
    func inflation() throws {
        let vector = try #require(Vector.all.first { $0.name == "compressed_9" })
        #expect(throws: Never.self) { try Term(externalFormat: vector.bytes, limits: TermLimits(inflatedBytes: 10_005)) }
        #expect {
            try Term(externalFormat: vector.bytes, limits: TermLimits(inflatedBytes: 10_004))
        } throws: {
            ($0 as? TermDecodingError)?.code == .tooLarge
        }
        var lying = vector.bytes
        for size in [UInt8(0x00), 0x14, 0x16, 0xff] {  // announces less or more than the 10,005 bytes that it is
            lying[5] = size
            #expect {
                try Term(externalFormat: lying)
            } throws: {
                ($0 as? TermDecodingError)?.code == .malformed
            }
        }
    }

    @Test("floats that Erlang does not have cannot be written", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) {
        var buffer = ByteBuffer(bytes: [1, 2, 3])
        #expect(throws: TermEncodingError.self) { try buffer.writeTerm(.list([1, .float(value)])) }
        #expect(buffer.readableBytes == 3)
    }
}
