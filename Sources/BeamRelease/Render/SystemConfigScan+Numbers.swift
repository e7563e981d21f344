/// Strings and binaries that are written as numbers: `mix release` prints its `sys.config` with `~tw` (Elixir,
/// `Mix.Tasks.Release`), so that `"${NAME}"` in a project's configuration is `<<36,123,78,…>>` or `[36,123,78,…]` there.
extension SystemConfigScan {
    /// Over a list or a binary of nothing but numbers, whose placeholders are written down; false when none begins here.
    mutating func numbers() -> Bool {
        let isBinary = text[index] == UInt8(ascii: "<")
        guard let (codes, end) = codes(from: index + (isBinary ? 2 : 1), isBinary: isBinary) else { return false }
        defer { index = end }
        guard codes.contains(UInt32(UInt8(ascii: "$"))), let characters = Self.text(of: codes, isBinary: isBinary) else {
            return true
        }
        addSlots(in: characters, until: end, Slot.Quotes(content: isBinary ? .binary : .string, close: UInt8(ascii: "\"")))
        return true
    }

    /// The numbers between the brackets, and where what follows begins; nil when something else stands there.
    private func codes(from start: Int, isBinary: Bool) -> (codes: [UInt32], end: Int)? {
        let close = UInt8(ascii: isBinary ? ">" : "]")
        var codes: [UInt32] = []
        var place = start
        while true {
            skipSpace(&place)
            var code: UInt32 = 0
            let first = place
            while place < text.count, text[place].isDigit, place - first < 7 {
                code = code * 10 + UInt32(text[place] - 0x30)
                place += 1
            }
            guard place > first else { return nil }
            codes.append(code)
            skipSpace(&place)
            guard place < text.count else { return nil }
            if text[place] == close {
                guard isBinary else { return (codes, place + 1) }
                return place + 1 < text.count && text[place + 1] == close ? (codes, place + 2) : nil
            }
            guard text[place] == UInt8(ascii: ",") else { return nil }
            place += 1
        }
    }

    private func skipSpace(_ place: inout Int) {
        while place < text.count, text[place] <= 0x20 { place += 1 }
    }

    /// A binary's bytes, or a list's characters in UTF-8; nil when the numbers are neither.
    private static func text(of codes: [UInt32], isBinary: Bool) -> [UInt8]? {
        if isBinary { return codes.allSatisfy { $0 <= 0xFF } ? codes.map { UInt8(truncatingIfNeeded: $0) } : nil }
        var scalars = String.UnicodeScalarView()
        for code in codes {
            guard let scalar = Unicode.Scalar(code) else { return nil }
            scalars.append(scalar)
        }
        return Array(String(scalars).utf8)
    }

    private mutating func addSlots(in characters: [UInt8], until end: Int, _ quotes: Slot.Quotes) {
        var syntax = PlaceholderSyntax()
        var found: [Slot] = []
        var (copied, at) = (0, 0)
        while at < characters.count {
            let byte = characters[at]
            if byte == UInt8(ascii: "\\") {
                at += 2
            } else if byte == UInt8(ascii: "$"), let match = syntax.match(characters, at: at) {
                let numbers = Slot.Numbers(
                    quotes: quotes, before: Array(characters[copied..<at]), isFirst: found.isEmpty,
                    defaultText: match.defaultText.map { String(decoding: characters[$0], as: UTF8.self) })
                found.append(
                    Slot(name: String(decoding: characters[match.name], as: UTF8.self), bytes: end..<end, at: here(), numbers))
                (copied, at) = (match.end, match.end)
            } else {
                at += 1
            }
        }
        guard let last = found.indices.last, case .numbers(var numbers) = found[last].setting else { return }
        numbers.after = Array(characters[copied...])
        found[last].setting = .numbers(numbers)
        // The first one stands for all of the numbers; the others follow it, and for nothing of the text.
        found[0].bytes = index..<end
        slots += found
    }
}

extension ErlangText {
    /// Appends a value with the text around it, as a string or a binary between quotes; or says why it cannot stand there.
    static func append(_ value: String, in numbers: Slot.Numbers, to bytes: inout [UInt8]) -> String? {
        let isBinary = numbers.quotes.content == .binary
        if numbers.isFirst { bytes += Array((isBinary ? "<<\"" : "\"").utf8) }
        appendText(numbers.before, in: numbers.quotes, to: &bytes)
        if let reason = append(value, in: numbers.quotes, to: &bytes) { return reason }
        if let after = numbers.after {
            appendText(after, in: numbers.quotes, to: &bytes)
            bytes += Array((isBinary ? "\">>" : "\"").utf8)
        }
        return nil
    }

    /// What stood in the file already.
    private static func appendText(_ text: [UInt8], in quotes: Slot.Quotes, to bytes: inout [UInt8]) {
        if quotes.content == .binary {
            for byte in text { appendEscaped(UInt32(byte), close: quotes.close, to: &bytes) }
        } else {
            for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
                appendEscaped(scalar.value, close: quotes.close, to: &bytes)
            }
        }
    }
}

extension ConfigRenderer {
    /// A `sys.config` in which strings and binaries that are written as numbers, and hold placeholders, are written as text.
    /// Every line keeps its number, unless such numbers go over several lines.
    public static func readable(systemConfig text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var copied = 0
        for slot in SystemConfigScan.slots(in: bytes) {
            guard case .numbers(let numbers) = slot.setting else { continue }
            result += bytes[copied..<slot.bytes.lowerBound]
            copied = slot.bytes.upperBound
            let standard = numbers.defaultText.map { ":-\($0)" } ?? ""
            _ = ErlangText.append("${\(slot.name)\(standard)}", in: numbers, to: &result)
        }
        return String(decoding: result + bytes[copied...], as: UTF8.self)
    }
}
