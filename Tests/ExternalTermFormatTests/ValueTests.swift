import ExternalTermFormat
import NIOCore
import Testing

@Suite("Values")
struct ValueTests {
    @Test("an atom has at most 255 characters, of whatever width")
    func atomLength() {
        #expect(Atom(String(repeating: "€", count: 255)) != nil)
        #expect(Atom(String(repeating: "a", count: 256)) == nil)
        #expect(Atom(String(repeating: "€", count: 256)) == nil)
    }

    @Test("a number that fits 64 bits is never a big one", arguments: [Int64.min, -1, 0, 1, 255, Int64.max])
    func smallNumbers(number: Int64) {
        let magnitude = (0..<10).map { $0 < 8 ? UInt8(truncatingIfNeeded: number.magnitude >> UInt64(8 * $0)) : 0 }
        #expect(Term.integer(isNegative: number < 0, magnitude: magnitude) == .integer(number))
        #expect(BigInteger(isNegative: number < 0, magnitude: magnitude) == nil)
    }

    @Test("a big number prints its digits, and a huge one in hexadecimal")
    func bigDigits() {
        #expect(Term.integer(isNegative: true, magnitude: [0, 0, 0, 0, 0, 0, 0, 0, 1]).description == "-18446744073709551616")
        let huge = Term.integer(isNegative: false, magnitude: Array(repeating: 0, count: 2_000) + [1])
        #expect(huge.description == "16#1" + String(repeating: "00", count: 2_000))
    }

    @Test("equality is exact, as =:= of OTP 27")
    func exactEquality() {
        #expect(Term.integer(1) != .float(1))
        #expect(Term.float(0) != .float(-0.0))
        #expect(Term.map([1: 2, 3: 4]) == .map([3: 4, 1: 2]))
        #expect(Set<Term>([.tuple([1]), .list([1]), .tuple([1])]).count == 2)
    }

    @Test("unused bits of a bit string do not count")
    func bits() throws {
        #expect(BitString(bytes: [0xff], bitsInLastByte: 3) == BitString(bytes: [0xe0], bitsInLastByte: 3))
        #expect(BitString(bytes: [], bitsInLastByte: 3) == nil)
        #expect(BitString(bytes: [1], bitsInLastByte: 8) == nil)
        #expect(try #require(BitString(bytes: [1, 2], bitsInLastByte: 3)).bitCount == 11)
    }

    @Test("values are found in maps and property lists by their key")
    func access() {
        let list: Term = [.atom("flag"), .tuple([.atom("total"), 7]), .tuple([.atom("total"), 8]), 3]
        #expect(list["total"]?.int == 7)
        #expect(list["flag"]?.bool == true)
        #expect(list["other"] == nil)
        #expect(Term.map([.atom("total"): 9])["total"]?.int == 9)
        #expect(Term.integer(3)["total"] == nil)
    }

    @Test("text is read from binaries and lists of characters, and from nothing else")
    func text() {
        #expect(Term.utf8("héllo").text == "héllo")
        #expect(Term.charlist("héllo €").text == "héllo €")
        #expect(Term.binary([0xff]).text == nil)
        #expect(Term.list([-1]).text == nil)
        #expect(Term.atom("hello").text == nil)
    }

    @Test(
        "floats print so that Erlang can read them",
        arguments: [(1.5, "1.5"), (1e20, "1.0e20"), (-2.5e-9, "-2.5e-09"), (3, "3.0")])
    func floats(value: Double, text: String) {
        #expect(Term.float(value).description == text)
    }

    @Test("a printed term is cut off at the limit, however large it is")
    func limitedText() {
        let large = Term.list(Array(repeating: .tuple([.atom("key"), .binary(Array(repeating: 0, count: 1_000))]), count: 1_000))
        let text = large.description(limit: 100)
        #expect(text.hasPrefix("[{key,<<0,0,0"))
        #expect(text.hasSuffix("…"))
        #expect(text.utf8.count <= 103)
    }

    @Test("names and closures print as in Erlang's shell")
    func names() throws {
        let reference = try #require(Reference(node: "a@b", creation: 1, words: [1, 2, 3]))
        #expect(Term.reference(reference).description == "#Ref<a@b.3.2.1>")
        #expect(Term.pid(Pid(node: "a@b", id: 7, serial: 0, creation: 1)).description == "#Pid<a@b.7.0>")
        #expect(Term.export(Export(module: "Elixir.Enum", function: "map", arity: 2)).description == "fun 'Elixir.Enum':map/2")
    }

    @Test("terms stand one after another in a buffer, and a failed read leaves it alone")
    func buffer() throws {
        var buffer = ByteBuffer()
        try buffer.writeTerm(.atom("first"))
        try buffer.writeTerm([1, 2])
        #expect(try buffer.readTerm() == .atom("first"))
        #expect(try buffer.readTerm() == [1, 2])
        buffer.writeBytes([131, 109, 0, 0, 0, 9, 1])
        #expect(throws: TermDecodingError.self) { try buffer.readTerm() }
        #expect(buffer.readableBytes == 7)
    }

    @Test("a tuple is opened without decoding what lies in it")
    func openTuple() throws {
        var buffer = ByteBuffer()
        try buffer.writeTerm(.tuple([.atom("tag"), .utf8("value")]))
        var decoder = TermDecoder(buffer)
        #expect(try decoder.openTuple() == 2)
        #expect(try decoder.decodeElement() == .atom("tag"))
        #expect(decoder.remaining.readableBytes == 10)
        #expect(try decoder.decodeElement() == .utf8("value"))
    }
}
