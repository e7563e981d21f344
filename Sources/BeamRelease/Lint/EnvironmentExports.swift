/// A variable that the project's own `env.sh` exports.
public struct EnvironmentExport: Hashable, Sendable {
    /// The line in `env.sh` that gives the value, from 1.
    public var line: Int
    /// The value, where it can be read off the text: it is written out, and no condition, loop or function stands in the script.
    public var value: String?
}

extension ReleaseFiles {
    /// What `env.sh` exports, by name; the last assignment counts.
    public var environmentExports: [String: EnvironmentExport] {
        guard let environmentScript else { return [:] }
        // What was added to a copy is not the project's.
        let script = ShellScript(text: environmentScript.replacing(EnvironmentFile.sourcingLines, with: ""))
        var exports: [String: EnvironmentExport] = [:]
        // `export X` alone hands on what is there.
        for assignment in script.assignments where assignment.isExported {
            guard let written = assignment.value else { continue }
            exports[assignment.name] = EnvironmentExport(
                line: assignment.line, value: script.isStraight ? ShellWord.literal(written) : nil)
        }
        return exports
    }
}

extension ShellWord {
    /// What a word means that holds nothing to be expanded: letters, and quotes around all of it or none; nil for every other.
    static func literal(_ word: String) -> String? {
        for quote: Character in ["\"", "'"] where word.count >= 2 && word.first == quote && word.last == quote {
            let inside = word.dropFirst().dropLast()
            return inside.contains { "\"'\\$`".contains($0) } ? nil : String(inside)
        }
        return word.contains { "\"'\\$`~*?[]{}<>".contains($0) } ? nil : word
    }
}
