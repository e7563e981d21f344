extension TermLexer {
    /// An integer (`12`, `1_000`, `16#ff`) or a float (`1.5`, `2.0e-3`).
    mutating func number() throws(ConsultError) -> Kind {
        let start = index
        let whole = digits(base: 10)
        if peek() == "#" { return try based(whole, from: start) }
        if peek() == ".", let next = peek(1), ("0"..."9").contains(next) {
            index += 1
            return try float(whole, from: start)
        }
        try expectEndOfNumber(from: start)
        return .integer(Int(whole).map(ErlangTerm.integer) ?? .bigInteger(whole))
    }

    private mutating func based(_ base: String, from start: Int) throws(ConsultError) -> Kind {
        index += 1
        guard let radix = Int(base), (2...36).contains(radix) else { throw badLiteral(from: start) }
        let text = digits(base: radix)
        guard !text.isEmpty else { throw badLiteral(from: start) }
        try expectEndOfNumber(from: start)
        return .integer(Int(text, radix: radix).map(ErlangTerm.integer) ?? .bigInteger("\(radix)#\(text)"))
    }

    private mutating func float(_ whole: String, from start: Int) throws(ConsultError) -> Kind {
        var text = whole + "." + digits(base: 10)
        if let mark = peek(), mark == "e" || mark == "E" {
            index += 1
            text += "e"
            if let sign = peek(), sign == "-" || sign == "+" {
                text.unicodeScalars.append(sign)
                index += 1
            }
            let exponent = digits(base: 10)
            guard !exponent.isEmpty else { throw badLiteral(from: start) }
            text += exponent
        }
        try expectEndOfNumber(from: start)
        guard let value = Double(text), value.isFinite else { throw badLiteral(from: start) }
        return .float(value)
    }

    /// Digits; single `_` between two of them are left out.
    private mutating func digits(base: Int) -> String {
        var digits = ""
        while let scalar = peek() {
            if Character(scalar).isASCII, Int(String(scalar), radix: base) != nil {
                digits.unicodeScalars.append(scalar)
                index += 1
            } else if scalar == "_", !digits.isEmpty, let next = peek(1), Int(String(next), radix: base) != nil {
                index += 1
            } else {
                return digits
            }
        }
        return digits
    }

    private mutating func expectEndOfNumber(from start: Int) throws(ConsultError) {
        guard let next = peek(), Self.isNamePart(next) else { return }
        index += 1
        throw badLiteral(from: start)
    }

    func badLiteral(from start: Int) -> ConsultError {
        let written = String(String.UnicodeScalarView(text[start..<min(index, start + 40, text.count)]))
        return error(.badLiteral("'\(written)'"), at: start)
    }
}
