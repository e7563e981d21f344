/// Writes a value into a `vm.args`, so that `erl -args_file` reads it as it is.
enum ArgumentText {
    /// Appends it, or says why it cannot stand there.
    static func append(_ value: String, for slot: Slot, to bytes: inout [UInt8]) -> String? {
        let value = Array(value.utf8)
        if value.contains(0) { return "its value holds a NUL, which no argument can" }
        switch slot.setting {
        case .line: return appendLine(value, to: &bytes)
        case .quotedWord(_, isValue: true) where looksLikeFlag(value), .word(_, isValue: true) where looksLikeFlag(value):
            return "its value begins with - or +, so erl would take it for a flag: if it is one, put it alone on its line"
        case .quotedWord(let mark, _): appendQuoted(value, mark: mark, to: &bytes)
        case .word(let isWhole, _): appendWord(value, isWhole: isWhole, to: &bytes)
        case .quotes, .numbers, .term, .token: return "it stands where no argument does"
        }
        return nil
    }

    /// erl looks at what a word holds, quoted or not.
    private static func looksLikeFlag(_ value: [UInt8]) -> Bool {
        value.first == UInt8(ascii: "-") || value.first == UInt8(ascii: "+")
    }

    /// What is simple stays so: the start scripts of relx and Distillery look for `-name`, `-sname` and `-setcookie` with awk.
    static func appendWord(_ value: [UInt8], isWhole: Bool, to bytes: inout [UInt8]) {
        if value.allSatisfy(isSimple) {
            bytes += value.isEmpty && isWhole ? Array("\"\"".utf8) : value
        } else {
            bytes.append(UInt8(ascii: "'"))
            appendQuoted(value, mark: UInt8(ascii: "'"), to: &bytes)
            bytes.append(UInt8(ascii: "'"))
        }
    }

    /// There are no escapes between quotes: they are closed for a quote, and opened again.
    private static func appendQuoted(_ value: [UInt8], mark: UInt8, to bytes: inout [UInt8]) {
        for byte in value {
            if byte == mark {
                bytes += [mark, UInt8(ascii: "\\"), mark, mark]
            } else {
                bytes.append(byte)
            }
        }
    }

    private static func appendLine(_ value: [UInt8], to bytes: inout [UInt8]) -> String? {
        let scan = ArgumentsScan(value)
        guard scan.openQuote == nil, scan.endsPlain else { return "its value ends within quotes or with a backslash" }
        if scan.hasInnerComment { return "its value has a comment before its last line, and its lines are joined here" }
        bytes += value.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
        return nil
    }

    /// `[A-Za-z0-9_@%+=:,./-]`, what neither erl nor a shell looks at twice.
    private static func isSimple(_ byte: UInt8) -> Bool {
        byte.isTokenPart || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "=")
            || byte == UInt8(ascii: ":") || byte >= UInt8(ascii: ",") && byte <= UInt8(ascii: "/")
    }
}
