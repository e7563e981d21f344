/// Cuts a text into the tokens of Erlang terms.
struct TermLexer {
    /// A token; `offset` is where it begins.
    struct Token {
        var kind: Kind
        var offset: Int
    }

    /// What a token is.
    enum Kind: Hashable {
        case atom(String)
        case variable(String)
        case integer(ErlangTerm)
        case float(Double)
        case string(String)
        case binaryString(String)
        case mark(String)
        case fullStop
        case end
    }

    let text: [Unicode.Scalar]
    var index = 0
    /// Quotes up to here have been seen to open no triple-quoted string, so that a long row of them is counted once.
    var plainQuotesBefore = 0

    init(_ text: [Unicode.Scalar]) {
        self.text = text
    }

    /// The next token; `.end` once there is no other.
    mutating func next() throws(ConsultError) -> Token {
        skipSpace()
        let start = index
        guard let first = peek() else { return Token(kind: .end, offset: start) }
        return Token(kind: try kind(first), offset: start)
    }

    /// The scalar so far ahead.
    func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        index + ahead < text.count ? text[index + ahead] : nil
    }

    /// An error at a place, with its line and column counted.
    func error(_ reason: ConsultError.Reason, at offset: Int) -> ConsultError {
        var line = 1
        var column = 1
        for scalar in text.prefix(offset) {
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        return ConsultError(reason: reason, offset: offset, line: line, column: column)
    }

    private mutating func skipSpace() {
        while let scalar = peek() {
            if scalar == "%" {
                while let other = peek(), other != "\n" { index += 1 }
            } else if Self.isSpace(scalar) {
                index += 1
            } else {
                return
            }
        }
    }

    private mutating func kind(_ first: Unicode.Scalar) throws(ConsultError) -> Kind {
        switch first {
        case "0"..."9": return try number()
        case "\"": return .string(try string())
        case "'": return .atom(try atom(from: index, try quoted(by: "'", what: "a quoted atom")))
        case "$": return .integer(.integer(Int(try character().value)))
        case "~": return try sigil()
        case "_", "A"..."Z", "\u{C0}"..."\u{D6}", "\u{D8}"..."\u{DE}": return .variable(name())
        case "a"..."z", "\u{DF}"..."\u{F6}", "\u{F8}"..."\u{FF}": return .atom(try atom(from: index, name()))
        default: return try mark(first)
        }
    }

    /// The emulator knows no longer ones.
    private func atom(from start: Int, _ name: String) throws(ConsultError) -> String {
        if name.utf8.count > 255, name.unicodeScalars.count > 255 {
            throw error(.badLiteral("an atom of more than 255 characters"), at: start)
        }
        return name
    }

    private mutating func name() -> String {
        var name = String.UnicodeScalarView()
        while let scalar = peek(), Self.isNamePart(scalar) {
            name.append(scalar)
            index += 1
        }
        return String(name)
    }

    private mutating func mark(_ first: Unicode.Scalar) throws(ConsultError) -> Kind {
        if first == "." {
            let next = peek(1)
            guard next == nil || next.map(Self.isSpace) == true || next == "%" else {
                throw error(.unexpectedCharacter("."), at: index)
            }
            index += 1
            return .fullStop
        }
        for mark in ["<<", ">>", "=>", ":="] where String(first) + String(peek(1) ?? " ") == mark {
            index += 2
            return .mark(mark)
        }
        guard "{}[](),|#/:+-".unicodeScalars.contains(first) else {
            throw error(.unexpectedCharacter(Character(first)), at: index)
        }
        index += 1
        return .mark(String(first))
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.value <= 0x20 || (0x80...0xA0).contains(scalar.value) }

    static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "@": true
        case "\u{C0}"..."\u{FF}": scalar.value != 0xD7 && scalar.value != 0xF7
        default: false
        }
    }
}
