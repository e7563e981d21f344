/// The text of an arguments file (`erl(1)`, `-args_file`): flags and values between white space; quotes without escapes in them;
/// comments from `#`, also within a word, to the end of the line.
enum ArgumentsText {
    /// The text without some flags. A line that loses one says so; every other line stays as it is, and where it is.
    static func without(_ flags: [[String]], in text: String) -> String {
        lines(of: text).map { without(flags, inLine: $0) }.joined(separator: "\n")
    }

    /// Its lines, without their ends.
    static func lines(of text: String) -> [String] {
        // By code points: a carriage return and a line feed are one character, which no line would end at.
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    /// Those of some flags that a line has.
    static func found(_ flags: [[String]], inLine line: String) -> [String] {
        groups(of: words(of: line)).compactMap { group in flags.contains { group.starts(with: $0) } ? group.first : nil }
    }

    /// Whether there is anything in it but comments.
    static func hasWords(_ text: String) -> Bool {
        lines(of: text).contains { !words(of: $0).isEmpty }
    }

    private static func without(_ flags: [[String]], inLine line: String) -> String {
        let groups = groups(of: words(of: line))
        let kept = groups.filter { group in !flags.contains { group.starts(with: $0) } }
        if kept.count == groups.count { return line }
        let left = kept.map { $0.joined(separator: " ") }.joined(separator: " ")
        return left + (left.isEmpty ? "" : " ") + "## left out by beamctl: \(line)"
    }

    /// A flag with its values; what stands before the first flag is a group of its own.
    private static func groups(of words: [String]) -> [[String]] {
        var groups: [[String]] = []
        for word in words {
            if groups.isEmpty || word.hasPrefix("-") && !isNumber(word) || word.hasPrefix("+") {
                groups.append([word])
            } else {
                groups[groups.count - 1].append(word)
            }
        }
        return groups
    }

    private static func isNumber(_ word: String) -> Bool { Int(word) != nil }

    /// The words as they are written, quotes and all, without a comment.
    private static func words(of line: String) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        var isEscaped = false
        for character in line {
            if quote == nil, !isEscaped, character == "#" { break }
            if quote == nil, !isEscaped, character.isWhitespace {
                if !word.isEmpty { words.append(word) }
                word = ""
                continue
            }
            word.append(character)
            if isEscaped {
                isEscaped = false
            } else if character == "\\", quote == nil {
                isEscaped = true
            } else if quote == character {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
