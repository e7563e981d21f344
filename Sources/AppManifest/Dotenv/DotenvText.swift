/// A text that is read from its beginning to its end, and where in it the reader stands.
struct DotenvText {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    /// The line of the next character, from 1.
    private(set) var line = 1
    /// The column of the next character, from 1, in code points.
    private(set) var column = 1

    /// A mark of the byte order at the beginning is not seen.
    init(_ text: String) {
        scalars = Array(text.unicodeScalars.first == "\u{FEFF}" ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...])
    }

    /// The next character; nil at the end.
    var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    /// Whether the character before was a space or a tab.
    var wasBlank: Bool { place > 0 && (scalars[place - 1] == " " || scalars[place - 1] == "\t") }

    /// Whether the line ends here: at `\n`, `\r\n`, or the end of the text.
    var isEndOfLine: Bool {
        guard let next else { return true }
        return next == "\n" || next == "\r" && (place + 1 == scalars.count || scalars[place + 1] == "\n")
    }

    /// Goes one character on.
    mutating func take() -> Unicode.Scalar? {
        guard let taken = next else { return nil }
        place += 1
        column += 1
        if taken == "\n" { (line, column) = (line + 1, 1) }
        return taken
    }

    /// Goes on as long as the characters are such, within the line, and gives them.
    mutating func take(while belongs: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while !isEndOfLine, let next, belongs(next) {
            taken.append(next)
            _ = take()
        }
        return String(taken)
    }

    mutating func skipBlanks() {
        _ = take { $0 == " " || $0 == "\t" }
    }

    /// Goes on to the beginning of the next line.
    mutating func skipLine() {
        while let taken = take(), taken != "\n" {}
    }
}
