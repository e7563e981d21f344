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

    /// The text without secrets. A value is also found as Elixir and Erlang print it, with quotes and backslashes escaped.
    public func redacted(_ text: String) -> String {
        var redacted = text
        for value in values {
            redacted = redacted.replacing(value, with: Self.mark)
            let printed = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            if printed != value { redacted = redacted.replacing(printed, with: Self.mark) }
        }
        return redacted
    }
}
