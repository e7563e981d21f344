/// Finds the placeholders of a `vm.args`, and what each stands in.
///
/// The rules are those by which `erl -args_file` reads (`erlexec`): white space ends a word; `"…"` and `'…'` keep everything
/// between them as it is, backslashes too; outside of them a backslash keeps the next byte as it is, and `#` begins a comment,
/// also where it ends a word.
struct ArgumentsScan {
    /// What the place between two bytes is within.
    enum State: Equatable {
        case gap, word, comment
        /// With the mark that ends them.
        case quotes(UInt8)
    }

    private(set) var slots: [Slot] = []
    /// Where the quotes begin that never end; nil when all do.
    private(set) var openQuote: Int?
    /// Whether the text ends as a word or a gap, not with a backslash.
    private(set) var endsPlain = true
    /// Whether a comment has a line after it.
    private(set) var hasInnerComment = false

    private let text: [UInt8]
    private var index = 0
    private var state = State.gap
    private var syntax = PlaceholderSyntax()
    private var place = TextPlace()
    /// Whether only blanks have been seen on this line.
    private var beginsLine = true
    /// Where the last word begins.
    private var wordStart = 0
    /// Whether erl would take the last word for a flag, if it looked like one, where none is meant.
    private var isValue = false
    /// Whether the word before takes the next one whatever it looks like: `+S 4`.
    private var followsEmulatorFlag = false
    /// Whether there has been an `-extra`, after which there are no flags.
    private var followsExtra = false

    init(_ text: [UInt8], from state: State = .gap) {
        self.text = text
        self.state = state
        while index < text.count { step(text[index]) }
        if index > text.count { endsPlain = false }
        endWord()
    }

    /// Whether the text ends in the state that it began with; a gap and a word are the same here.
    func ends(in other: State) -> Bool {
        let isBare = { (state: State) in state == .gap || state == .word }
        return endsPlain && (state == other || isBare(state) && isBare(other))
    }

    private mutating func step(_ byte: UInt8) {
        switch state {
        case .gap, .word: bare(byte)
        case .quotes(let mark): quoted(byte, mark)
        case .comment:
            index += 1
            if byte == UInt8(ascii: "\n") {
                hasInnerComment = true
                newLine()
            }
        }
    }

    private mutating func bare(_ byte: UInt8) {
        if byte == UInt8(ascii: "$"), skipPlaceholder() { return }
        if byte.isArgumentSpace || byte == UInt8(ascii: "#") { endWord() }
        index += 1
        switch byte {
        case UInt8(ascii: "\n"): newLine()
        case UInt8(ascii: "#"): state = .comment
        case _ where byte.isArgumentSpace: state = .gap
        default:
            beginWord(at: index - 1)
            switch byte {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                openQuote = index - 1
                state = .quotes(byte)
            default: break
            }
        }
    }

    private mutating func quoted(_ byte: UInt8, _ mark: UInt8) {
        let next = index + 1 < text.count ? text[index + 1] : nil
        if byte == mark {
            openQuote = nil
            state = .word
        } else if byte == UInt8(ascii: "$"), let match = syntax.match(text, at: index) {
            return append(match, .quotedWord(mark: mark, isValue: isValue && openQuote == wordStart && index == wordStart + 1))
        } else if byte == UInt8(ascii: "\\"), next == byte || next == UInt8(ascii: "$") {
            // no escape there, but it keeps a placeholder from being one
            index += 1
        }
        index += 1
    }

    private mutating func skipPlaceholder() -> Bool {
        guard let match = syntax.match(text, at: index) else { return false }
        let isStart = state == .gap
        let isFirst = isStart && beginsLine
        let next = match.end < text.count ? text[match.end] : UInt8(ascii: "\n")
        let isEnd = next.isArgumentSpace || next == UInt8(ascii: "#")
        beginWord(at: index)
        if isFirst, isEnd, isLastOfLine(from: match.end) {
            append(match, .line)
        } else {
            let isWhole = isStart && (isEnd || next == UInt8(ascii: "$"))
            append(match, .word(isWhole: isWhole, isValue: isStart && isValue))
        }
        return true
    }

    private func isLastOfLine(from end: Int) -> Bool {
        let rest = text[end...].first { !$0.isArgumentSpace || $0 == UInt8(ascii: "\n") }
        return rest == nil || rest == UInt8(ascii: "\n") || rest == UInt8(ascii: "#")
    }

    private mutating func append(_ match: PlaceholderSyntax.Match, _ setting: Slot.Setting) {
        place.advance(to: index, in: text)
        slots.append(Slot(match, from: index, in: text, at: place, setting))
        index = match.end
    }

    private mutating func beginWord(at start: Int) {
        if state == .gap {
            wordStart = start
            isValue = !beginsLine && !followsEmulatorFlag && !followsExtra
            followsEmulatorFlag = false
        }
        state = .word
        beginsLine = false
    }

    private mutating func endWord() {
        guard state == .word else { return }
        followsEmulatorFlag = text[wordStart] == UInt8(ascii: "+")
        if text[wordStart..<min(index, text.count)].elementsEqual("-extra".utf8) { followsExtra = true }
        state = .gap
    }

    private mutating func newLine() {
        state = .gap
        beginsLine = true
        followsEmulatorFlag = false
    }
}

extension UInt8 {
    /// What ends a word of an arguments file.
    var isArgumentSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
