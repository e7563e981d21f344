/// Elixir source as far as it can be read without running it: with what is in strings and comments told from code.
struct ElixirText {
    /// The source without comments.
    let source: String
    /// The same with the contents of strings, heredocs and sigils blanked out; as long as `source`, character by character.
    let code: String

    init(_ text: String) {
        var scanner = Scanner(Array(text))
        scanner.scan()
        source = String(scanner.source)
        code = String(scanner.code)
    }

    /// The text after `key:` in some keyword list: up to the bracket that closes it, or to the end of the word.
    ///
    /// Where the value is a call of a function of the same file (`deps: deps()`), the first list in that function.
    func list(of key: String) -> Substring? {
        for match in code.matches(of: Self.pattern(#"\b\#(key):\s*"#)) {
            let rest = code[match.range.upperBound...]
            if rest.first == "[" { return bracketed(from: rest.startIndex) }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if !name.isEmpty, let list = list(inFunction: String(name)) { return list }
        }
        return nil
    }

    /// The first list in a function's body.
    private func list(inFunction name: String) -> Substring? {
        guard let head = code.firstMatch(of: Self.pattern(#"defp?\s+\#(name)\b[^\n]*"#)),
            let open = code[head.range.lowerBound...].firstIndex(of: "[")
        else { return nil }
        return bracketed(from: open)
    }

    /// From an opening bracket to the one that closes it, of the source with its strings.
    private func bracketed(from open: Substring.Index) -> Substring? {
        var depth = 0
        for index in code[open...].indices {
            if "[{(".contains(code[index]) { depth += 1 }
            if "]})".contains(code[index]) { depth -= 1 }
            if depth == 0 { return same(open..<code.index(after: index)) }
        }
        return nil
    }

    private func same(_ range: Range<String.Index>) -> Substring {
        let start = source.index(source.startIndex, offsetBy: code.distance(from: code.startIndex, to: range.lowerBound))
        return source[start...].prefix(code.distance(from: range.lowerBound, to: range.upperBound))
    }

    /// The keys of a keyword list, not those of lists in it.
    static func keys(of list: Substring) -> [String] {
        var keys: [String] = []
        var depth = 0
        var word = ""
        for character in ElixirText(String(list)).code {
            if "[{(".contains(character) { depth += 1 }
            if "]})".contains(character) { depth -= 1 }
            if character == ":", depth == 1, !word.isEmpty { keys.append(word) }
            word = character.isLetter || character.isNumber || character == "_" ? word + String(character) : ""
        }
        return keys
    }

    /// A pattern made of a text of ours; one that is none matches nothing.
    static func pattern(_ text: String) -> Regex<AnyRegexOutput> {
        (try? Regex(text)) ?? Regex(/(?!)/)
    }
}

extension ElixirText {
    /// Goes through source once, from one string, comment or sigil to the next.
    private struct Scanner {
        let text: [Character]
        var index = 0
        var source: [Character] = []
        var code: [Character] = []

        init(_ text: [Character]) {
            self.text = text
        }

        mutating func scan() {
            while index < text.count {
                switch text[index] {
                case "#": while index < text.count, text[index] != "\n" { index += 1 }
                case "?" where !followsWord: take(2)
                case "\"", "'": string(closedBy: text[index])
                case "~": sigil()
                default: take(1)
                }
            }
        }

        private var followsWord: Bool { index > 0 && (text[index - 1].isLetter || text[index - 1].isNumber) }

        private mutating func take(_ count: Int, blank: Bool = false) {
            for character in text[index..<min(index + count, text.count)] {
                source.append(character)
                code.append(blank && character != "\n" ? " " : character)
            }
            index += count
        }

        private func stands(_ mark: Character, times: Int) -> Bool {
            index + times <= text.count && text[index..<index + times].allSatisfy { $0 == mark }
        }

        private mutating func string(closedBy mark: Character) {
            let fence = stands(mark, times: 3) ? 3 : 1
            take(fence)
            while index < text.count, !stands(mark, times: fence) { take(text[index] == "\\" ? 2 : 1, blank: true) }
            if index < text.count { take(fence) }
        }

        private mutating func sigil() {
            take(1)
            var letters = 0
            while index < text.count, text[index].isLetter {
                take(1)
                letters += 1
            }
            guard letters > 0, index < text.count else { return }
            let pairs: [Character: Character] = ["(": ")", "[": "]", "{": "}", "<": ">"]
            let open = text[index]
            guard let close = pairs[open] ?? ("\"'/|".contains(open) ? open : nil) else { return }
            if open == "\"" || open == "'" { return string(closedBy: open) }
            take(1, blank: true)
            while index < text.count, text[index] != close { take(text[index] == "\\" ? 2 : 1, blank: true) }
            take(1, blank: true)
        }
    }
}
