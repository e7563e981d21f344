/// Takes secrets out of a text that people will read.
public struct Redactor: Sendable {
    /// What stands instead of a secret.
    public static let mark = "[secret]"
    /// A shorter value would take common words out of the text, and hide nothing that cannot be guessed.
    public static let shortestSecret = 4

    private let values: [String]

    /// Makes one for these values. A value of several lines is also found line by line.
    public init(_ values: [String]) {
        let lines = values + values.flatMap { $0.split(whereSeparator: \.isNewline).map(String.init) }
        self.values = Set(lines.filter { $0.utf8.count >= Self.shortestSecret }).sorted { $0.utf8.count > $1.utf8.count }
    }

    /// The text without secrets. A value is also found as Elixir and Erlang print it: with quotes and backslashes escaped, and as a
    /// list of numbers.
    public func redacted(_ text: String) -> String {
        var redacted = text
        for value in values {
            redacted = redacted.replacing(value, with: Self.mark)
            let printed = Self.printed(value)
            if printed != value { redacted = redacted.replacing(printed, with: Self.mark) }
        }
        return withoutNumbers(redacted)
    }

    /// The same for a text that may have been cut within a value.
    public func redactedWhereCut(_ text: String) -> String {
        let redacted = redacted(text)
        for value in values {
            for form in [value, Self.printed(value)] {
                var start = Substring(form.dropLast())
                while start.utf8.count >= Self.shortestSecret {
                    if redacted.hasSuffix(start) { return redacted.dropLast(start.count) + Self.mark }
                    start = start.dropLast()
                }
            }
        }
        return redacted
    }

    private static func printed(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// `<<112,97,115,115>>` and `[112, 97, 115, 115]`: bytes, or code points.
    private func withoutNumbers(_ text: String) -> String {
        guard text.firstMatch(of: /\d, ?\d+, ?\d/) != nil else { return text }
        var redacted = text
        for value in values {
            for numbers in Set([value.utf8.map { Int($0) }, value.unicodeScalars.map { Int($0.value) }]) {
                for comma in [",", ", "] {
                    redacted = redacted.replacing(numbers.map(String.init).joined(separator: comma), with: Self.mark)
                }
            }
        }
        return redacted
    }
}
