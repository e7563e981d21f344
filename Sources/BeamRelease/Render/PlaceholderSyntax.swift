/// Recognises `${NAME}` and `${NAME:-default}`. It keeps one number between calls, so that a line full of `${A:-` without a `}`
/// is searched for one only once.
struct PlaceholderSyntax {
    /// The parts of a placeholder, as places in the text.
    struct Match {
        var name: Range<Int>
        var defaultText: Range<Int>?
        var end: Int
    }

    private var unclosedBefore = 0

    /// The placeholder that begins at a `$`; nil when none does.
    mutating func match(_ text: [UInt8], at start: Int) -> Match? {
        let name = start + 2
        guard name < text.count, text[start + 1] == UInt8(ascii: "{"), text[name].isNameStart else { return nil }
        var index = name + 1
        while index < text.count, text[index].isNamePart { index += 1 }
        guard index < text.count else { return nil }
        if text[index] == UInt8(ascii: "}") { return Match(name: name..<index, end: index + 1) }
        guard index + 1 < text.count, text[index] == UInt8(ascii: ":"), text[index + 1] == UInt8(ascii: "-") else { return nil }
        guard let close = close(in: text, from: index + 2) else { return nil }
        return Match(name: name..<index, defaultText: index + 2..<close, end: close + 1)
    }

    private mutating func close(in text: [UInt8], from start: Int) -> Int? {
        guard start >= unclosedBefore else { return nil }
        var index = start
        while index < text.count, text[index] != UInt8(ascii: "\n") {
            if text[index] == UInt8(ascii: "}") { return index }
            index += 1
        }
        unclosedBefore = index
        return nil
    }
}

extension UInt8 {
    /// `[A-Za-z_]`
    var isNameStart: Bool { self | 0x20 >= 0x61 && self | 0x20 <= 0x7A || self == UInt8(ascii: "_") }
    /// `[0-9]`
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    /// `[A-Za-z0-9_]`
    var isNamePart: Bool { isNameStart || isDigit }
    /// `[A-Za-z0-9_@]`, what an Erlang atom or number goes on with.
    var isTokenPart: Bool { isNamePart || self == UInt8(ascii: "@") }
    /// A space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
}
