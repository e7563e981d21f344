/// Writes terms in Erlang syntax, and stops soon after `limit` bytes: what is printed of a stranger's term stays short.
struct TermPrinter {
    private(set) var text = ""
    private let limit: Int
    private(set) var isFull = false

    init(limit: Int) {
        self.limit = limit
    }

    mutating func write(_ piece: String) {
        guard !isFull else { return }
        if text.utf8.count + piece.utf8.count > limit {
            isFull = true
            text += String(piece.prefix(max(0, limit - text.utf8.count))) + "…"
        } else {
            text += piece
        }
    }

    mutating func term(_ term: Term) {
        switch term {
        case .integer(let value): write(String(value))
        case .bigInteger(let value): write(value.description)
        case .float(let value): float(value)
        case .atom(let value): atom(value)
        case .tuple(let items): sequence("{", items, "}")
        case .list(let items): list(items)
        case .improperList(let items, let tail): improper(items, tail)
        case .map(let pairs): map(pairs)
        case .binary(let bytes): binary(bytes)
        case .bitstring(let bits): bitstring(bits)
        case .pid(let pid): write("#Pid<\(pid.node.name).\(pid.id).\(pid.serial)>")
        case .port(let port): write("#Port<\(port.node.name).\(port.id)>")
        case .reference(let ref): write("#Ref<\(ref.node.name).\(ref.words.reversed().map(String.init).joined(separator: "."))>")
        case .export(let export): write("fun \(export.module):\(export.function)/\(export.arity)")
        case .function(let function): write("#Fun<\(function.module).\(function.index)/\(function.arity)>")
        }
    }

    /// Quoted unless it is a lower-case letter with letters, digits, `_` and `@` after it, and no reserved word.
    mutating func atom(_ atom: Atom) {
        let bare = atom.name.unicodeScalars.enumerated().allSatisfy { position, scalar in
            switch scalar {
            case "a"..."z": true
            case "A"..."Z", "0"..."9", "_", "@": position > 0
            default: false
            }
        }
        if bare, !atom.name.isEmpty, !Self.reserved.contains(atom.name) { return write(atom.name) }
        write("'" + escaped(atom.name, quote: "'") + "'")
    }

    private static let reserved: Set<String> = [
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond", "div",
        "else", "end", "fun", "if", "let", "maybe", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor",
    ]

    /// Swift writes the shortest digits that read back the same; Erlang also wants a point before an exponent.
    private mutating func float(_ value: Double) {
        let digits = "\(value)".filter { $0 != "+" }
        guard let exponent = digits.firstIndex(of: "e"), !digits.contains(".") else { return write(digits) }
        write(digits[..<exponent] + ".0" + digits[exponent...])
    }

    private mutating func sequence(_ open: String, _ items: [Term], _ close: String) {
        write(open)
        elements(items)
        write(close)
    }

    private mutating func elements(_ items: [Term]) {
        for (position, item) in items.enumerated() {
            if isFull { return }
            if position > 0 { write(",") }
            term(item)
        }
    }

    private mutating func improper(_ items: [Term], _ tail: Term) {
        write("[")
        elements(items)
        write("|")
        term(tail)
        write("]")
    }

    /// Pairs in the order of their keys' text, so that equal maps print the same.
    private mutating func map(_ pairs: [Term: Term]) {
        write("#{")
        let ordered = pairs.map { (key: $0.key.description(limit: limit), value: $0.value) }.sorted { $0.key < $1.key }
        for (position, pair) in ordered.enumerated() {
            if isFull { return }
            write((position > 0 ? "," : "") + pair.key + " => ")
            term(pair.value)
        }
        write("}")
    }
}

// MARK: - Text and bytes
extension TermPrinter {
    private mutating func list(_ items: [Term]) {
        if !items.isEmpty, let text = Term.list(items).printableText, text.unicodeScalars.allSatisfy({ $0.value <= 0xff }) {
            write("\"" + escaped(text, quote: "\"") + "\"")
        } else {
            sequence("[", items, "]")
        }
    }

    private mutating func binary(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, let text = Term.binary(bytes).printableText else { return numbers(bytes, last: "") }
        let utf8 = text.utf8.allSatisfy { $0 < 0x80 } ? "" : "/utf8"
        write("<<\"" + escaped(text, quote: "\"") + "\"\(utf8)>>")
    }

    private mutating func bitstring(_ bits: BitString) {
        var bytes = bits.bytes
        let last = bytes.removeLast() >> (8 - bits.bitsInLastByte)
        numbers(bytes, last: (bytes.isEmpty ? "" : ",") + "\(last):\(bits.bitsInLastByte)")
    }

    private mutating func numbers(_ bytes: [UInt8], last: String) {
        write("<<")
        for (position, byte) in bytes.enumerated() {
            if isFull { return }
            write((position > 0 ? "," : "") + String(byte))
        }
        write(last + ">>")
    }

    private func escaped(_ text: String, quote: Unicode.Scalar) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case quote, "\\": result += ["\\", scalar]
            case "\n": result += ["\\", "n"]
            case "\r": result += ["\\", "r"]
            case "\t": result += ["\\", "t"]
            case _ where scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value):
                result += "\\x{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
