/// Finds the placeholders of a `sys.config`, and what each stands in: one walk over the bytes that knows Erlang's quotes,
/// comments, `$c` characters, sigils and binaries, and nothing of its grammar.
struct SystemConfigScan {
    let text: [UInt8]
    var index = 0
    var slots: [Slot] = []
    /// Whether the text ends within quotes, a comment or a character.
    var endsOpen = false
    /// Quotes up to here have been seen to open no triple-quoted string, so that a long row of them is counted once.
    var plainQuotesBefore = 0
    private var syntax = PlaceholderSyntax()
    private var place = TextPlace()
    /// The brackets that are open, by their first byte; `<` is `<<`.
    private var brackets: [UInt8] = []
    /// The first slot of the strings that make the segment of a binary, while its type may still follow.
    private var segment: Int?

    /// All placeholders of a text.
    static func slots(in text: [UInt8]) -> [Slot] {
        var scan = SystemConfigScan(text)
        scan.run()
        return scan.slots
    }

    init(_ text: [UInt8]) {
        self.text = text
    }

    mutating func run() {
        while index < text.count {
            let byte = text[index]
            if byte <= 0x20 {
                index += 1
            } else if byte == UInt8(ascii: "%") {
                comment()
            } else if byte == UInt8(ascii: "\"") {
                let isSegment = brackets.last == UInt8(ascii: "<")
                if isSegment, segment == nil { segment = slots.count }
                string(isSegment ? .binary : .string)
            } else {
                endSegment()
                token(byte)
            }
        }
    }

    private mutating func token(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "$"): dollar()
        case UInt8(ascii: "'"):
            index += 1
            quoted(Slot.Quotes(content: .atom, close: byte))
        case UInt8(ascii: "~"): sigil()
        case UInt8(ascii: "\\"): index += 2
        case UInt8(ascii: "="): index += peek(1) == UInt8(ascii: ">") ? 2 : 1
        case UInt8(ascii: "<"), UInt8(ascii: ">"): angle(byte)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if byte == UInt8(ascii: "["), numbers() { return }
            brackets.append(byte)
            index += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            _ = brackets.popLast()
            index += 1
        default: index += 1
        }
    }

    private mutating func angle(_ byte: UInt8) {
        guard peek(1) == byte else {
            index += 1
            return
        }
        if byte == UInt8(ascii: "<"), numbers() { return }
        if byte == UInt8(ascii: "<") { brackets.append(byte) } else { _ = brackets.popLast() }
        index += 2
    }

    private mutating func comment() {
        while index < text.count, text[index] != UInt8(ascii: "\n") { index += 1 }
        if index == text.count { endsOpen = true }
    }

    /// A bare placeholder, or a character: `$a`, `$"`, `$\n`.
    private mutating func dollar() {
        let start = index
        if skipPlaceholder(.term) {
            if touches(start) { slots[slots.count - 1].setting = .token }
        } else {
            index += 1
            if peek() == UInt8(ascii: "\\") { escape() } else { index += 1 }
            if index > text.count { endsOpen = true }
        }
    }

    /// Whether what stands before or after a bare placeholder makes one word with it.
    private func touches(_ start: Int) -> Bool {
        let mark = UInt8(ascii: "#")
        let dot = UInt8(ascii: ".")
        if start > 0 {
            let before = text[start - 1]
            if before.isTokenPart || before == mark || before == dot || before >= 0x80 { return true }
            if slots.count > 1, slots[slots.count - 2].bytes.upperBound == start { return true }
        }
        let dollar = UInt8(ascii: "$")
        guard let next = peek() else { return false }
        if next.isTokenPart || next == mark || next == dollar || next >= 0x80 { return true }
        guard next == dot, let last = peek(1) else { return false }
        return last.isTokenPart || last == dollar
    }

    /// What follows the strings of a segment says what their characters become.
    private mutating func endSegment() {
        guard let first = segment else { return }
        segment = nil
        guard first < slots.count, let content = segmentContent() else { return }
        for number in first..<slots.count {
            guard case .quotes(var quotes) = slots[number].setting else { continue }
            quotes.content = content
            slots[number].setting = .quotes(quotes)
        }
    }

    private func segmentContent() -> Slot.Quotes.Content? {
        if text[index] == UInt8(ascii: ":") { return .string }
        guard text[index] == UInt8(ascii: "/") else { return nil }
        let types = text[(index + 1)...].prefix(64).prefix { $0.isNamePart || $0 <= 0x20 || $0 == UInt8(ascii: "-") }
        let names = String(decoding: types, as: UTF8.self).split { $0 == "-" || $0.isWhitespace }
        return names.contains { $0.hasPrefix("utf") } ? .utf8Binary : nil
    }

    // MARK: For all parts

    func peek(_ ahead: Int = 0) -> UInt8? { index + ahead < text.count ? text[index + ahead] : nil }

    /// Over a backslash and what it escapes; `\^` takes one more.
    mutating func escape() {
        index += peek(1) == UInt8(ascii: "^") ? 3 : 2
    }

    /// The line and the column of where the walk is.
    mutating func here() -> TextPlace {
        place.advance(to: index, in: text)
        return place
    }

    /// Over a placeholder, which is written down; false when none begins here.
    mutating func skipPlaceholder(_ setting: Slot.Setting) -> Bool {
        guard let match = syntax.match(text, at: index) else { return false }
        place.advance(to: index, in: text)
        slots.append(Slot(match, from: index, in: text, at: place, setting))
        index = match.end
        return true
    }
}
