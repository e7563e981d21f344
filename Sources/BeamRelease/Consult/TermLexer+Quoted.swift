extension TermLexer {
    /// A string, plain or triple-quoted.
    mutating func string() throws(ConsultError) -> String {
        opensTripleQuote() ? try tripleQuoted(escapes: false) : try quoted(by: "\"", what: "a string")
    }

    /// What stands between two equal marks, with its escapes resolved.
    mutating func quoted(by mark: Unicode.Scalar, what: String, escapes: Bool = true) throws(ConsultError) -> String {
        let start = index
        index += 1
        var content = String.UnicodeScalarView()
        while let scalar = peek() {
            if scalar == mark {
                index += 1
                return String(content)
            } else if scalar == "\\", escapes {
                content.append(try escape())
            } else {
                content.append(scalar)
                index += 1
            }
        }
        throw error(.unterminated(what), at: start)
    }

    /// `$a`, `$\n`, `$\x{1F600}`.
    mutating func character() throws(ConsultError) -> Unicode.Scalar {
        let start = index
        index += 1
        guard let scalar = peek() else { throw error(.unexpectedEnd, at: start) }
        if scalar == "\\" { return try escape() }
        index += 1
        return scalar
    }

    /// An escape sequence, from its backslash.
    private mutating func escape() throws(ConsultError) -> Unicode.Scalar {
        let start = index
        index += 1
        guard let scalar = peek() else { throw error(.unexpectedEnd, at: start) }
        switch scalar {
        case "0"..."7": return try code(digits(radix: 8, atMost: 3), radix: 8, from: start)
        case "x": return try hexadecimal(from: start)
        case "^": return try control(from: start)
        default:
            index += 1
            return Self.named[scalar] ?? scalar
        }
    }

    private mutating func hexadecimal(from start: Int) throws(ConsultError) -> Unicode.Scalar {
        index += 1
        guard peek() == "{" else {
            let text = digits(radix: 16, atMost: 2)
            guard text.count == 2 else { throw badLiteral(from: start) }
            return try code(text, radix: 16, from: start)
        }
        index += 1
        let text = digits(radix: 16, atMost: 8)
        guard peek() == "}" else { throw badLiteral(from: start) }
        index += 1
        return try code(text, radix: 16, from: start)
    }

    private mutating func control(from start: Int) throws(ConsultError) -> Unicode.Scalar {
        index += 1
        guard let scalar = peek(), (0x3F...0x7A).contains(scalar.value) else { throw badLiteral(from: start) }
        index += 1
        return scalar == "?" ? "\u{7F}" : Unicode.Scalar(UInt8(scalar.value & 31))
    }

    private mutating func digits(radix: Int, atMost most: Int) -> String {
        var digits = ""
        while digits.count < most, let scalar = peek(), scalar.isASCII, Int(String(scalar), radix: radix) != nil {
            digits.unicodeScalars.append(scalar)
            index += 1
        }
        return digits
    }

    private func code(_ text: String, radix: Int, from start: Int) throws(ConsultError) -> Unicode.Scalar {
        guard let scalar = UInt32(text, radix: radix).flatMap(Unicode.Scalar.init) else { throw badLiteral(from: start) }
        return scalar
    }

    private static let named: [Unicode.Scalar: Unicode.Scalar] = [
        "b": "\u{8}", "d": "\u{7F}", "e": "\u{1B}", "f": "\u{C}", "n": "\n", "r": "\r", "s": " ", "t": "\t", "v": "\u{B}",
    ]
}
