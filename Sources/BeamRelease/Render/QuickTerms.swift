/// A quick yes to whether a text is Erlang terms: over bytes, and nothing is built. What it takes, ``Consult`` takes as well;
/// what it does not take may be right and rare, or wrong, and ``Consult`` has the word.
struct QuickTerms {
    let text: [UInt8]
    var index = 0
    private var depth = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    /// One list and its full stop: what a `sys.config` is.
    static func isOneList(_ text: [UInt8]) -> Bool {
        var terms = QuickTerms(text)
        terms.skipSpace()
        guard text.count <= Consult.longestText, terms.peek() == UInt8(ascii: "["), terms.term() else { return false }
        terms.skipSpace()
        guard terms.skip(UInt8(ascii: ".")), terms.peek().map({ $0 <= 0x20 || $0 == UInt8(ascii: "%") }) ?? true else {
            return false
        }
        terms.skipSpace()
        return terms.index == text.count
    }

    /// Terms with commas between them, or none at all; no comment that is open at the end.
    static func isSequence(_ text: [UInt8]) -> Bool {
        var terms = QuickTerms(text)
        terms.skipSpace(comments: false)
        if terms.index == text.count { return true }
        while true {
            guard terms.term() else { return false }
            terms.skipSpace(comments: false)
            if terms.index == text.count { return true }
            guard terms.skip(UInt8(ascii: ",")) else { return false }
        }
    }

    // MARK: Terms

    private mutating func term() -> Bool {
        skipSpace()
        guard let byte = peek() else { return false }
        switch byte {
        case UInt8(ascii: "{"): return nested { $0.elements(until: UInt8(ascii: "}")) }
        case UInt8(ascii: "["): return nested { $0.elements(until: UInt8(ascii: "]")) }
        case UInt8(ascii: "#"): return nested { $0.map() }
        case UInt8(ascii: "<"): return nested { $0.binary() }
        case UInt8(ascii: "\""): return strings()
        case UInt8(ascii: "'"): return quoted() <= 255
        case UInt8(ascii: "-"), UInt8(ascii: "+"):
            index += 1
            skipSpace()
            return number()
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return atom()
        default: return number()
        }
    }

    private mutating func nested(_ body: (inout QuickTerms) -> Bool) -> Bool {
        depth += 1
        defer { depth -= 1 }
        index += 1
        return depth <= Consult.deepestNesting && body(&self)
    }

    private mutating func elements(until close: UInt8) -> Bool {
        skipSpace()
        if skip(close) { return true }
        while true {
            guard term() else { return false }
            skipSpace()
            if skip(close) { return true }
            if close == UInt8(ascii: "]"), skip(UInt8(ascii: "|")) {
                guard term() else { return false }
                skipSpace()
                return skip(close)
            }
            guard skip(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func map() -> Bool {
        guard skip(UInt8(ascii: "{")) else { return false }
        skipSpace()
        if skip(UInt8(ascii: "}")) { return true }
        while true {
            guard term() else { return false }
            skipSpace()
            guard skip(UInt8(ascii: "=")), skip(UInt8(ascii: ">")), term() else { return false }
            skipSpace()
            if skip(UInt8(ascii: "}")) { return true }
            guard skip(UInt8(ascii: ",")) else { return false }
        }
    }

    /// Strings, as bytes or with `/utf8`, and integers of eight bits.
    private mutating func binary() -> Bool {
        guard skip(UInt8(ascii: "<")) else { return false }
        skipSpace()
        if skip(UInt8(ascii: ">")) { return skip(UInt8(ascii: ">")) }
        while true {
            if peek() == UInt8(ascii: "\"") {
                guard strings() else { return false }
                if skip(UInt8(ascii: "/")) {
                    for byte in "utf8".utf8 { guard skip(byte) else { return false } }
                    if let next = peek(), next.isTokenPart || next >= 0x80 { return false }
                }
            } else {
                let start = index
                guard number(), text[start..<index].allSatisfy(\.isDigit) else { return false }
            }
            skipSpace()
            if skip(UInt8(ascii: ">")) { return skip(UInt8(ascii: ">")) }
            guard skip(UInt8(ascii: ",")) else { return false }
            skipSpace()
        }
    }

    // MARK: Bytes

    func peek(_ ahead: Int = 0) -> UInt8? { index + ahead < text.count ? text[index + ahead] : nil }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard index < text.count, text[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace(comments: Bool = true) {
        while index < text.count {
            let byte = text[index]
            if byte <= 0x20 {
                index += 1
            } else if byte == UInt8(ascii: "%"), comments {
                while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
            } else {
                return
            }
        }
    }
}
