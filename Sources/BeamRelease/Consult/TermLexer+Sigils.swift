/// Sigils and triple-quoted strings, which OTP 27 brought ("Data Types", sections "String" and "Sigil").
extension TermLexer {
    /// `~"…"`, `~b(…)`, `~B[…]`: a binary; `~s"…"`, `~S"…"`: a string. The capital ones know no escapes.
    mutating func sigil() throws(ConsultError) -> Kind {
        let start = index
        index += 1
        let name = peek().flatMap { ["b", "B", "s", "S"].contains($0) ? $0 : nil }
        if name != nil { index += 1 }
        let text = try sigilText(escapes: name == "b" || name == "s", isPlain: name == nil, from: start)
        return name == "s" || name == "S" ? .string(text) : .binaryString(text)
    }

    /// A plain sigil is `~b` before one quote and `~B` before three.
    private mutating func sigilText(escapes: Bool, isPlain: Bool, from start: Int) throws(ConsultError) -> String {
        guard let mark = peek() else { throw error(.unexpectedEnd, at: start) }
        if mark == "\"", opensTripleQuote() { return try tripleQuoted(escapes: escapes) }
        let pairs: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}", "<": ">"]
        let others: [Unicode.Scalar] = ["\"", "'", "/", "|", "`", "#"]
        guard let close = pairs[mark] ?? (others.contains(mark) ? mark : nil) else {
            throw error(.unexpectedCharacter("~"), at: start)
        }
        return try quoted(by: close, what: "a sigil", escapes: escapes || isPlain)
    }

    /// Whether three quotes stand here with nothing else on their line.
    mutating func opensTripleQuote() -> Bool {
        guard index >= plainQuotesBefore, peek() == "\"", peek(1) == "\"", peek(2) == "\"" else { return false }
        var ahead = 3
        while peek(ahead) == "\"" { ahead += 1 }
        let quotes = ahead
        while let scalar = peek(ahead), scalar == " " || scalar == "\t" || scalar == "\r" { ahead += 1 }
        if peek(ahead) == "\n" { return true }
        plainQuotesBefore = index + quotes
        return false
    }

    /// The lines between two fences of quotes, without the indentation of the closing one.
    mutating func tripleQuoted(escapes: Bool) throws(ConsultError) -> String {
        let start = index
        var fence = 0
        while peek() == "\"" {
            fence += 1
            index += 1
        }
        _ = line()
        var lines: [String] = []
        while index < text.count {
            let lineStart = index
            let content = line()
            guard let indent = Self.indent(of: content, beforeFence: fence) else {
                lines.append(content)
                continue
            }
            index = lineStart + indent + fence
            return try joined(lines, indent: indent, escapes: escapes, from: start)
        }
        throw error(.unterminated("a triple-quoted string"), at: start)
    }

    private mutating func line() -> String {
        var content = String.UnicodeScalarView()
        while let scalar = peek() {
            index += 1
            if scalar == "\n" { break }
            content.append(scalar)
        }
        return String(content)
    }

    private static func indent(of line: String, beforeFence fence: Int) -> Int? {
        let spaces = line.unicodeScalars.prefix { $0 == " " || $0 == "\t" }.count
        let quotes = line.unicodeScalars.dropFirst(spaces).prefix { $0 == "\"" }.count
        return quotes >= fence ? spaces : nil
    }

    private func joined(_ lines: [String], indent: Int, escapes: Bool, from start: Int) throws(ConsultError) -> String {
        var stripped: [String] = []
        for line in lines {
            let head = line.unicodeScalars.prefix(indent)
            guard head.allSatisfy({ $0 == " " || $0 == "\t" || $0 == "\r" }) else {
                throw error(.badLiteral("a line before the indentation of its triple-quoted string"), at: start)
            }
            stripped.append(String(line.unicodeScalars.dropFirst(indent)))
        }
        let content = stripped.joined(separator: "\n")
        guard escapes else { return content }
        var inner = TermLexer(Array("\"".unicodeScalars) + Array(content.unicodeScalars) + ["\u{0}"])
        return try inner.quoted(by: "\u{0}", what: "a triple-quoted string")
    }
}
