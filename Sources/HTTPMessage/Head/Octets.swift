/// What an octet may be part of, and comparisons of octets without copies.
enum Octets {
    static let token: UInt8 = 1
    static let value: UInt8 = 2
    static let target: UInt8 = 4
    static let host: UInt8 = 8
    static let digit: UInt8 = 16
    static let hexadecimal: UInt8 = 32
    static let base64: UInt8 = 64

    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")

    /// The classes of each octet.
    static let classes: [UInt8] = (0...255).map { (octet: UInt8) in
        let character = Character(UnicodeScalar(octet))
        let isASCII = octet < 128
        let isAlphanumeric = isASCII && (character.isLetter || character.isNumber)
        var classes: UInt8 = 0
        // RFC 9110, 5.6.2 and 5.5.
        if isAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(octet) { classes |= token }
        if octet >= 0x80 || (0x20..<0x7F).contains(octet) || octet == tab { classes |= value }
        // RFC 3986, 3.3 and 3.4, and what browsers leave as it is.
        if (0x21..<0x7F).contains(octet), octet != UInt8(ascii: "#") { classes |= target }
        // RFC 3986, 3.2.2, without percent-encoding, which no name in DNS has.
        if isAlphanumeric || "-._~".utf8.contains(octet) { classes |= host }
        if isASCII && character.isNumber { classes |= digit }
        if isASCII && character.isHexDigit { classes |= hexadecimal }
        if isAlphanumeric || "+/".utf8.contains(octet) { classes |= base64 }
        return classes
    }
}

typealias OctetPointer = UnsafeRawBufferPointer

extension UnsafeRawBufferPointer {
    /// Whether every octet of a range is of a class.
    func all(_ range: OctetRange, are wanted: UInt8) -> Bool {
        Octets.classes.withUnsafeBufferPointer { classes in
            for index in range.indices where classes[Int(self[index])] & wanted == 0 { return false }
            return true
        }
    }

    /// Whether a range spells a word, whatever the case of its letters. The word is in lower case.
    func spells(_ range: OctetRange, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        let letters = word.utf8Start
        for offset in 0..<range.count where Self.lowered(self[Int(range.start) + offset]) != letters[offset] { return false }
        return true
    }

    /// Whether a range begins with a word, whatever the case of its letters. The word is in lower case.
    func begins(_ range: OctetRange, with word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        return range.count >= length && spells(OctetRange(range.start, range.start + UInt16(length)), word)
    }

    /// Whether two ranges spell the same, whatever the case of their letters.
    func same(_ left: OctetRange, _ right: OctetRange) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left.indices, right.indices).allSatisfy { Self.lowered(self[$0]) == Self.lowered(self[$1]) }
    }

    /// A range without the spaces and tabs at its ends.
    func trimmed(_ range: OctetRange) -> OctetRange {
        var (start, end) = (range.start, range.end)
        while start < end, isBlank(start) { start += 1 }
        while end > start, isBlank(end - 1) { end -= 1 }
        return OctetRange(start, end)
    }

    /// The elements of a list (RFC 9110, 5.6.1), empty ones left out.
    func elements(of range: OctetRange) -> [OctetRange] {
        var elements: [OctetRange] = []
        var start = range.start
        for index in range.start...range.end where index == range.end || self[Int(index)] == UInt8(ascii: ",") {
            let element = trimmed(OctetRange(start, index))
            if element.count > 0 { elements.append(element) }
            start = index + 1
        }
        return elements
    }

    /// The digits of a range as a number that fits 63 bits; nil for anything else.
    func number(_ range: OctetRange) -> UInt64? {
        guard (1...19).contains(range.count), all(range, are: Octets.digit) else { return nil }
        let number = range.indices.reduce(UInt64(0)) { $0 &* 10 &+ UInt64(self[$1] - UInt8(ascii: "0")) }
        return number <= UInt64(Int64.max) ? number : nil
    }

    private func isBlank(_ index: UInt16) -> Bool {
        self[Int(index)] == Octets.space || self[Int(index)] == Octets.tab
    }

    private static func lowered(_ octet: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(octet) ? octet | 0x20 : octet
    }
}

/// Octets of a head, counted from its first.
public struct OctetRange: Hashable, Sendable {
    /// The first.
    public var start: UInt16
    /// The one after the last.
    public var end: UInt16

    init(_ start: UInt16, _ end: UInt16) {
        self.start = start
        self.end = end
    }

    /// How many there are.
    public var count: Int { Int(end) - Int(start) }

    /// Each of them.
    public var indices: Range<Int> { Int(start)..<Int(end) }
}
