/// The shapes of placeholders, for checks that look at a text without its language.
enum PlaceholderShape {
    /// Where a `${NAME}` or `${NAME:-default}` that begins here ends; nil when none does.
    static func end(in bytes: [UInt8], at start: Int) -> Int? {
        guard start + 3 < bytes.count, bytes[start] == UInt8(ascii: "$"), bytes[start + 1] == UInt8(ascii: "{"),
            LintNames.isLetter(bytes[start + 2])
        else { return nil }
        var place = start + 3
        while place < bytes.count, LintNames.isWord(bytes[place]) { place += 1 }
        if place + 1 < bytes.count, bytes[place] == UInt8(ascii: ":"), bytes[place + 1] == UInt8(ascii: "-") {
            while place < bytes.count, bytes[place] != UInt8(ascii: "}"), bytes[place] != UInt8(ascii: "\n") { place += 1 }
        }
        return place < bytes.count && bytes[place] == UInt8(ascii: "}") ? place + 1 : nil
    }

    /// All that the scripts of relx and Distillery take for a placeholder: `${`, anything up to the next `}` on the line, in
    /// comments too. Each with its line and what stands between the braces.
    static func native(in text: String) -> [(inside: String, line: Int)] {
        var found: [(String, Int)] = []
        var number = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            var rest = line[...]
            while let dollar = rest.firstIndex(of: UInt8(ascii: "$")), found.count < 10_000 {
                rest = rest[rest.index(after: dollar)...]
                guard rest.first == UInt8(ascii: "{") else { continue }
                guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else { break }
                found.append((String(decoding: rest[..<close].dropFirst(), as: UTF8.self), number))
                rest = rest[rest.index(after: close)...]
            }
        }
        return found
    }
}
