/// Reads the elements of a DER encoding (X.690) one after another. Positions count from the first octet of the whole.
struct DERReader {
    /// The tags that a certificate has (X.690, 8; RFC 5280, 4.1).
    enum Tag {
        static let boolean: UInt8 = 0x01
        static let integer: UInt8 = 0x02
        static let octets: UInt8 = 0x04
        static let identifier: UInt8 = 0x06
        static let sequence: UInt8 = 0x30
        static let set: UInt8 = 0x31
        static let utcTime: UInt8 = 0x17
        static let generalizedTime: UInt8 = 0x18

        /// A tag that its context gives a meaning, with elements in it.
        static func context(_ number: UInt8) -> UInt8 { 0xA0 | number }
    }

    /// One element.
    struct Element {
        var tag: UInt8
        var content: ArraySlice<UInt8>
    }

    private var rest: ArraySlice<UInt8>

    init(_ octets: ArraySlice<UInt8>) {
        rest = octets
    }

    /// Whether no element is left.
    var isAtEnd: Bool { rest.isEmpty }

    /// The next element.
    mutating func next() throws(DERProblem) -> Element {
        let start = rest.startIndex
        guard let tag = rest.popFirst(), tag & 0x1F != 0x1F, let first = rest.popFirst() else {
            throw DERProblem(offset: start, expected: nil)
        }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), rest.count >= count else { throw DERProblem(offset: start, expected: nil) }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard rest.count >= length else { throw DERProblem(offset: start, expected: nil) }
        defer { rest = rest.dropFirst(length) }
        return Element(tag: tag, content: rest.prefix(length))
    }

    /// The content of the next element, which has this tag.
    mutating func next(_ tag: UInt8) throws(DERProblem) -> ArraySlice<UInt8> {
        let start = rest.startIndex
        let element = try next()
        guard element.tag == tag else { throw DERProblem(offset: start, expected: tag) }
        return element.content
    }

    /// The content of the next element if it has this tag; else it stays.
    mutating func optional(_ tag: UInt8) throws(DERProblem) -> ArraySlice<UInt8>? {
        rest.first == tag ? try next(tag) : nil
    }
}

/// Octets that are not the DER that should be there.
struct DERProblem: Error, CustomStringConvertible {
    /// Where the element begins.
    var offset: Int
    /// The tag that should be there; nil when no element is.
    var expected: UInt8?

    var description: String {
        let what = expected.map { "the tag 0x\(String($0, radix: 16))" } ?? "an element"
        return "\(what) is expected at offset \(offset)"
    }
}
