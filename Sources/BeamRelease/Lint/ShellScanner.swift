/// Walks over a script's bytes once.
struct ShellScanner {
    private(set) var reads: [ShellScript.Read] = []
    private(set) var assignments: [ShellScript.Assignment] = []
    /// Whether there is something because of which a line may not run, or may not be the last word.
    private(set) var branches = false

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var lineStart = 0
    /// Whether the next word may be an assignment or a command.
    private var isCommandStart = true
    private var isExport = false
    private var isLoop = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func run() {
        while let byte = peek() {
            switch byte {
            case let byte where Self.separators.contains(byte):
                branches = branches || byte != UInt8(ascii: "\n") && byte != UInt8(ascii: ";")
                step()
                isCommandStart = true
                isExport = false
                isLoop = false
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): step()
            case UInt8(ascii: "#"): skipLine()
            default: word()
            }
        }
    }

    private func peek(_ ahead: Int = 0) -> UInt8? { index + ahead < bytes.count ? bytes[index + ahead] : nil }

    private mutating func step() {
        if bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        index += 1
    }

    private mutating func skipLine() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { step() }
    }

    private static let separators = Set("\n;&|()".utf8)
    private static let ends = Set(" \t\r\n;&|()".utf8)
    private static let introductions: Set<String> = ["then", "else", "do", "if", "elif", "while", "until", "!", "{", "in"]

    private mutating func word() {
        let (start, startLine) = (index, line)
        let name = nameBeforeEqualSign()
        while let byte = peek(), !Self.ends.contains(byte) { part(byte) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        branches = branches || Self.branching.contains(text)
        if let name, isCommandStart || isExport {
            let value = String(text.utf8.dropFirst(name.utf8.count + 1)) ?? ""
            assignments.append(.init(name: name, line: startLine, value: value, isExported: isExport))
        } else if isExport, LintNames.isVariable(text) {
            assignments.append(.init(name: text, line: startLine, value: nil, isExported: true))
        } else if isLoop, LintNames.isVariable(text) {
            assignments.append(.init(name: text, line: startLine, value: nil, isExported: false))
            isLoop = false
        } else if isCommandStart, text == "for" || text == "read" {
            isLoop = true
            isCommandStart = false
        } else if isCommandStart, text == "export" {
            isExport = true
            isCommandStart = false
        } else {
            isCommandStart = isCommandStart && Self.introductions.contains(text)
        }
    }

    private static let branching: Set<String> = [
        "if", "case", "for", "while", "until", "exit", "return", "function", ".", "source", "eval", "unset",
    ]

    /// The name of an assignment that begins here.
    private func nameBeforeEqualSign() -> String? {
        var end = index
        while end < bytes.count, LintNames.isWord(bytes[end]) { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "=") else { return nil }
        let name = String(decoding: bytes[index..<end], as: UTF8.self)
        return LintNames.isVariable(name) ? name : nil
    }

    /// One character of a word, one quoted piece, or one expansion.
    private mutating func part(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\\"):
            step()
            if index < bytes.count { step() }
        case UInt8(ascii: "'"):
            step()
            while let byte = peek(), byte != UInt8(ascii: "'") { step() }
            if index < bytes.count { step() }
        case UInt8(ascii: "\""):
            step()
            while let byte = peek(), byte != UInt8(ascii: "\"") {
                if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "$") { part(byte) } else { step() }
            }
            if index < bytes.count { step() }
        case UInt8(ascii: "$"): expansion()
        default: step()
        }
    }

    /// `$NAME`, `${NAME}`, `${NAME:-default}` and its like; `$(…)` is text of the same kind.
    private mutating func expansion() {
        let (startLine, column) = (line, column(of: index))
        step()
        let isBraced = peek() == UInt8(ascii: "{")
        if isBraced { step() }
        let start = index
        guard let first = peek(), LintNames.isLetter(first) else { return }
        while let byte = peek(), LintNames.isWord(byte) { step() }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        reads.append(
            .init(name: name, line: startLine, column: column, defaultText: isBraced ? defaultText() : nil))
    }

    /// What stands behind `:-`, `-`, `:=`, `=`; the empty text for `:+` and `+`, which take an absent variable for an answer.
    private func defaultText() -> String? {
        var place = index
        if place < bytes.count, bytes[place] == UInt8(ascii: ":") { place += 1 }
        guard place < bytes.count else { return nil }
        switch bytes[place] {
        case UInt8(ascii: "+"): return ""
        case UInt8(ascii: "-"), UInt8(ascii: "="):
            let rest = bytes[(place + 1)...].prefix(200)
            let text = rest.prefix { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "\n") }
            return String(decoding: text, as: UTF8.self)
        default: return nil
        }
    }

    /// In code points, from 1.
    private func column(of place: Int) -> Int {
        1 + bytes[lineStart..<place].count { $0 & 0xC0 != 0x80 }
    }
}
