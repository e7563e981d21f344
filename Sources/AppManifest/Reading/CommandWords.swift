/// Splits a command into words as a shell does, with its quotes (POSIX, Shell Command Language, 2.2), and does nothing else that a
/// shell does: no variables, no patterns, no second command.
struct CommandWords {
    /// Why a text is no command: one line in lower case.
    struct Problem: Error, Hashable {
        var reason: String
    }

    private var words: [String] = []
    /// The word that is being read; nil between words.
    private var word: String.UnicodeScalarView?
    private var rest: Substring.UnicodeScalarView

    private init(_ text: String) {
        rest = Substring(text).unicodeScalars
    }

    /// The words of a text.
    static func split(_ text: String) throws(Problem) -> [String] {
        var reader = CommandWords(text)
        while let next = reader.rest.popFirst() { try reader.take(next) }
        reader.endWord()
        return reader.words
    }

    private mutating func take(_ next: Unicode.Scalar) throws(Problem) {
        switch next {
        case " ", "\t", "\n", "\r": endWord()
        case "'": try quoted(by: next, escapes: [])
        case "\"": try quoted(by: next, escapes: ["\"", "\\", "$", "`"])
        case "\\":
            guard let escaped = rest.popFirst() else { throw Problem(reason: "ends with a backslash") }
            if escaped != "\n" { append(escaped) }
        case "|", "&", ";", "<", ">", "(", ")", "`":
            throw Problem(
                reason: "has \(next) outside quotes, but no shell runs it; put what needs one into a script of the release")
        default: append(next)
        }
    }

    private mutating func quoted(by quote: Unicode.Scalar, escapes: [Unicode.Scalar]) throws(Problem) {
        if word == nil { word = String.UnicodeScalarView() }
        while let next = rest.popFirst() {
            if next == quote { return }
            if next == "\\", let escaped = rest.first {
                if escapes.contains(escaped) {
                    rest.removeFirst()
                    append(escaped)
                    continue
                }
                if !escapes.isEmpty, escaped == "\n" {
                    rest.removeFirst()
                    continue
                }
            }
            append(next)
        }
        throw Problem(reason: "has a \(quote) that is never closed")
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        if word == nil { word = String.UnicodeScalarView() }
        word?.append(scalar)
    }

    private mutating func endWord() {
        if let word { words.append(String(word)) }
        word = nil
    }
}
