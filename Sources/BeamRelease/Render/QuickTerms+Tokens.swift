/// Words, strings and numbers.
extension QuickTerms {
    /// An atom without quotes that is no reserved word.
    mutating func atom() -> Bool {
        let start = index
        while index < text.count, text[index].isTokenPart { index += 1 }
        if let next = peek(), next >= 0x80 { return false }
        let length = index - start
        return length <= 255 && !Self.reserved.contains { $0.count == length && text[start..<index].elementsEqual($0) }
    }

    private static let reserved = TermReader.reserved.map { Array($0.utf8) }

    /// One string, or several side by side; no triple-quoted one.
    mutating func strings() -> Bool {
        repeat {
            if peek(1) == UInt8(ascii: "\""), peek(2) == UInt8(ascii: "\"") { return false }
            guard quoted() < Int.max else { return false }
            while let byte = peek(), byte <= 0x20 { index += 1 }
        } while peek() == UInt8(ascii: "\"")
        return true
    }

    /// What stands between two equal marks, and how many bytes that is; the largest number when it is not sure to be right.
    mutating func quoted() -> Int {
        let mark = text[index]
        index += 1
        let start = index
        while index < text.count {
            let byte = text[index]
            if byte == mark {
                index += 1
                return index - start - 1
            }
            index += 1
            if byte == UInt8(ascii: "\\"), !escape() { return .max }
        }
        return .max
    }

    /// What follows a backslash.
    private mutating func escape() -> Bool {
        guard let byte = peek() else { return false }
        index += 1
        // an octal number goes on with digits, which may stand there anyway
        guard byte == UInt8(ascii: "x") else { return byte != UInt8(ascii: "^") }
        guard skip(UInt8(ascii: "{")) else { return false }
        let start = index
        var code: UInt32 = 0
        while let digit = peek()?.hexadecimal, index - start < 6 {
            code = code << 4 | UInt32(digit)
            index += 1
        }
        return index > start && skip(UInt8(ascii: "}")) && Unicode.Scalar(code) != nil
    }

    /// An integer, with or without a base, a plain character, or a float without an exponent.
    mutating func number() -> Bool {
        guard let first = peek() else { return false }
        if first == UInt8(ascii: "$") { return character() }
        let start = index
        guard digits(base: 10) else { return false }
        if skip(UInt8(ascii: "#")) {
            guard let base = Int(String(decoding: text[start..<(index - 1)], as: UTF8.self)), (2...36).contains(base),
                digits(base: base)
            else { return false }
        } else if peek() == UInt8(ascii: "."), peek(1)?.isDigit == true {
            index += 1
            guard digits(base: 10), index - start < 300 else { return false }
        }
        return peek().map { !$0.isTokenPart && $0 < 0x80 } ?? true
    }

    private mutating func digits(base: Int) -> Bool {
        let start = index
        while let digit = peek()?.digit, digit < base { index += 1 }
        return index > start
    }

    /// `$a`; an escaped one is left to ``Consult``.
    private mutating func character() -> Bool {
        guard let byte = peek(1), byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { return false }
        index += 2
        return true
    }
}

extension UInt8 {
    /// The value of a digit in a base up to 36.
    fileprivate var digit: Int? {
        if isDigit { return Int(self) - 0x30 }
        let letter = self | 0x20
        return letter >= 0x61 && letter <= 0x7A ? Int(letter) - 0x61 + 10 : nil
    }

    fileprivate var hexadecimal: Int? { digit.flatMap { $0 < 16 ? $0 : nil } }
}
