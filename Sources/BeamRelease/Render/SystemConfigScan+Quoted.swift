/// What stands between quotes.
extension SystemConfigScan {
    /// A string, plain or triple-quoted (OTP 27).
    mutating func string(_ content: Slot.Quotes.Content) {
        let quotes = Slot.Quotes(content: content, close: UInt8(ascii: "\""))
        if let fence = fence() { return block(quotes, hasEscapes: false, fence: fence) }
        index += 1
        quoted(quotes)
    }

    /// Up to the mark that ends it, and over that.
    mutating func quoted(_ quotes: Slot.Quotes) {
        while index < text.count {
            let byte = text[index]
            if byte == quotes.close {
                index += 1
                return
            }
            character(byte, quotes)
        }
        endsOpen = true
    }

    /// Over a placeholder, an escape or a byte.
    private mutating func character(_ byte: UInt8, _ quotes: Slot.Quotes) {
        if byte == UInt8(ascii: "\\") {
            if quotes.hasEscapes {
                escape()
            } else {
                // a backslash is no escape there, but keeps its placeholder from being one
                let next = peek(1)
                index += next == UInt8(ascii: "$") || next == byte ? 2 : 1
            }
        } else if byte != UInt8(ascii: "$") || !skipPlaceholder(.quotes(quotes)) {
            index += 1
        }
    }

    /// `~"…"`, `~b(…)`, `~B[…]`: a binary; `~s"…"`, `~S"…"`: a string. The capital ones know no escapes.
    mutating func sigil() {
        index += 1
        let name = peek().flatMap { Array("bBsS".utf8).contains($0) ? $0 : nil }
        if name != nil { index += 1 }
        guard let mark = peek(), let close = Self.close(of: mark) else { return }
        let isString = name == UInt8(ascii: "s") || name == UInt8(ascii: "S")
        let isPlain = name == UInt8(ascii: "B") || name == UInt8(ascii: "S")
        var quotes = Slot.Quotes(content: isString ? .string : .utf8Binary, close: close)
        if mark == UInt8(ascii: "\""), let fence = fence() {
            // without a letter, three quotes make the kind that knows no escapes
            return block(quotes, hasEscapes: !isPlain && name != nil, fence: fence)
        }
        index += 1
        quotes.hasEscapes = !isPlain
        quoted(quotes)
    }

    private static func close(of mark: UInt8) -> UInt8? {
        let pairs = Array("()[]{}<>".utf8)
        if let place = pairs.firstIndex(of: mark), place % 2 == 0 { return pairs[place + 1] }
        return Array("\"'/|`#".utf8).contains(mark) ? mark : nil
    }

    /// How many quotes stand here, when they are at least three with nothing else on their line.
    private mutating func fence() -> Int? {
        guard index >= plainQuotesBefore, peek() == UInt8(ascii: "\""), peek(1) == peek(), peek(2) == peek() else { return nil }
        var count = 3
        while peek(count) == UInt8(ascii: "\"") { count += 1 }
        var ahead = count
        while let byte = peek(ahead), byte.isBlank || byte == UInt8(ascii: "\r") { ahead += 1 }
        if peek(ahead) == UInt8(ascii: "\n") { return count }
        plainQuotesBefore = index + count
        return nil
    }

    /// The lines up to one that begins with as many quotes.
    private mutating func block(_ outer: Slot.Quotes, hasEscapes: Bool, fence: Int) {
        var quotes = outer
        quotes.hasEscapes = hasEscapes
        quotes.isBlock = true
        skipLine()
        while index < text.count {
            while let byte = peek(), byte.isBlank { index += 1 }
            var count = 0
            while peek(count) == quotes.close, count < fence { count += 1 }
            index += count
            if count == fence { return }
            quotes.beginsLine = true
            while let byte = peek(), byte != UInt8(ascii: "\n") {
                if byte != UInt8(ascii: "$"), byte != quotes.close, !byte.isBlank { quotes.beginsLine = false }
                let start = index
                character(byte, quotes)
                // lines are told apart before escapes are read
                if byte == UInt8(ascii: "\\") {
                    index = text[start...].prefix(index - start).firstIndex(of: UInt8(ascii: "\n")) ?? index
                }
            }
            index += 1
        }
        endsOpen = true
    }

    private mutating func skipLine() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { index += 1 }
        index += 1
    }
}
