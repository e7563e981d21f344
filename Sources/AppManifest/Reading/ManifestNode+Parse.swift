import Yams

extension ManifestNode {
    /// How many aliases a manifest may have. Each can at most double what the ones before it stand for, and Yams compares keys by
    /// all that they stand for: so few cannot cost much.
    static let mostAliases = 12

    /// The tree of a text; nil for an empty one.
    static func parse(_ text: String) throws(ManifestProblem) -> ManifestNode? {
        guard text.utf8.count <= Manifest.longestText else {
            throw ManifestProblem(.syntax, "is longer than \(Manifest.longestText) bytes")
        }
        guard aliases(in: text) <= mostAliases else {
            throw ManifestProblem(.syntax, "has more than \(mostAliases) aliases (*name): write out what they stand for")
        }
        do {
            return try Yams.compose(yaml: text, .default, .default, .utf8).map { ManifestNode($0) }
        } catch let error as YamlError {
            throw problem(error, in: text)
        } catch {
            throw ManifestProblem(.syntax, "\(error)")
        }
    }

    /// At most how many aliases a text has: words that begin with `*`, where any word begins with `&`.
    private static func aliases(in text: String) -> Int {
        var counts: [UInt8: Int] = [:]
        var before = UInt8(ascii: " ")
        for byte in text.utf8 {
            if byte == UInt8(ascii: "*") || byte == UInt8(ascii: "&"), " \t\r\n[{,:-?".utf8.contains(before) {
                counts[byte, default: 0] += 1
            }
            before = byte
        }
        return counts[UInt8(ascii: "&"), default: 0] == 0 ? 0 : counts[UInt8(ascii: "*"), default: 0]
    }

    private static func problem(_ error: YamlError, in text: String) -> ManifestProblem {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let about = context.map { " \($0.text) (line \($0.mark.line))" } ?? ""
            let reason = hint(at: mark, in: text) ?? problem + about
            return ManifestProblem(.syntax, line: mark.line, column: mark.column, reason)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            let place = second(key, after: context.mark, in: text)
            return ManifestProblem(
                .conflict, line: place, column: context.mark.column, path: key,
                "is given twice; first in line \(context.mark.line)")
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let column = before.reversed().prefix { $0 != "\n" }.count + 1
            return ManifestProblem(.syntax, line: before.count { $0 == "\n" } + 1, column: column, problem)
        default: return ManifestProblem(.syntax, "\(error)")
        }
    }

    /// What libyaml says of a tab is not what helps.
    private static func hint(at mark: Mark, in text: String) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(mark.line - 1) else { return nil }
        let indent = lines[mark.line - 1].prefix { $0 == " " || $0 == "\t" }
        return indent.contains("\t") ? "a tab in the indentation: YAML wants spaces" : nil
    }

    /// The line where a key stands again; Yams tells only where it stands first.
    private static func second(_ key: String, after mark: Mark, in text: String) -> Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let again = lines.indices.dropFirst(mark.line).first { place in
            let line = lines[place]
            return line.prefix { $0 == " " }.count == mark.column - 1 && line.drop { $0 == " " }.hasPrefix("\(key):")
        }
        return again.map { $0 + 1 } ?? mark.line
    }
}
