extension Term: CustomStringConvertible {
    /// The term in Erlang syntax. For terms of unknown size use ``description(limit:)``.
    public var description: String { description(limit: .max) }

    /// The term in Erlang syntax, cut off with `…` after about `limit` bytes.
    public func description(limit: Int) -> String {
        var printer = TermPrinter(limit: limit)
        printer.term(self)
        return printer.text
    }

    /// A binary of UTF-8, or a list of characters, as text; `nil` for every other term.
    public var text: String? {
        switch self {
        case .binary(let bytes): return String(validating: bytes, as: UTF8.self)
        case .list(let items):
            var scalars = String.UnicodeScalarView()
            for item in items {
                guard case .integer(let value) = item, let code = UInt32(exactly: value),
                    let scalar = Unicode.Scalar(code)
                else { return nil }
                scalars.append(scalar)
            }
            return String(scalars)
        default: return nil
        }
    }

    /// The text, when every character of it is fit to be shown.
    var printableText: String? {
        guard let text else { return nil }
        let printable = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x08...0x0d, 0x1b, 0x20...0x7e: true
            default: scalar.value >= 0xa0
            }
        }
        return printable ? text : nil
    }

    /// A binary that holds `text` as UTF-8: a string of Elixir.
    public static func utf8(_ text: String) -> Term { .binary(Array(text.utf8)) }

    /// A list of the characters of `text`: a string of Erlang.
    public static func charlist(_ text: String) -> Term { .list(text.unicodeScalars.map { .integer(Int64($0.value)) }) }
}
