public import BeamRelease
import FleetModel

/// How a replica's configuration files differ from the release's own, line by line. Secrets are not in it.
public struct RenderedDifference: Hashable, Sendable, Encodable {
    /// A line that is not as it was.
    public struct Line: Hashable, Sendable {
        /// The file in `releases/<version>`.
        public var file: String
        /// The line there, from 1; nil for one that is added.
        public var line: Int?
        /// As it stands in the release; nil for one that is added.
        public var before: String?
        /// As a replica gets it; nil for one that is left out.
        public var after: String?
    }

    /// The lines that change, by file and line; those that are added to a file come last.
    public var lines: [Line]

    /// Compares the files of a process.
    ///
    /// Throws `RenderError` when a file cannot be rendered with what is given.
    public init(_ check: ConfigCheck, process: String) throws(RenderError) {
        let given = check.given(process)
        // A word that can stand wherever a value can, also where only an Erlang term can.
        var values: [String: String] = [:]
        for (name, variable) in given { values[name] = variable.value ?? "redacted_\(name)" }
        let renderer = ConfigRenderer(variables: values)
        let (substitution, files) = (check.substitution(given), check.release.files)
        var lines: [Line] = []
        for file in Substitution.File.allCases {
            let name = substitution.name(of: file)
            if file == .systemConfig {
                guard substitution.isOurs(file), let text = files.systemConfig else { continue }
                let before = ConfigRenderer.readable(systemConfig: text)
                lines += Self.changes(name, before, try renderer.systemConfig(before, file: name), isLeftOut: { _, _ in false })
            } else {
                let text = files.text(of: file) ?? ""
                let kept = VMArgumentsText.kept(text, isClustered: check.isClustered)
                let own = substitution.isOurs(file) ? try renderer.vmArguments(kept, file: name) : kept
                lines += Self.changes(
                    name, text, VMArgumentsText.kept(own, isClustered: check.isClustered), isLeftOut: VMArgumentsText.isLeftOut)
                lines += check.example(process).addedArguments(file, of: check.release).map {
                    Line(file: name, line: nil, before: nil, after: $0)
                }
            }
        }
        self.lines = lines
    }

    /// A value puts no line end into a file, so the lines of both belong together.
    private static func changes(
        _ file: String, _ before: String, _ after: String, isLeftOut: (_ before: String, _ after: String) -> Bool
    ) -> [Line] {
        func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        return zip(lines(before), lines(after)).enumerated().compactMap { index, pair in
            guard pair.0 != pair.1 else { return nil }
            if isLeftOut(String(pair.0), String(pair.1)) {
                return Line(file: file, line: index + 1, before: String(pair.0), after: nil)
            }
            let (before, after) = cut(Array(pair.0), Array(pair.1))
            return Line(file: file, line: index + 1, before: before, after: after)
        }
    }

    /// mix writes a whole `sys.config` in one line: of what is the same in both, only so much is shown.
    private static let shownOfSame = 40

    private static func cut(_ before: [Character], _ after: [Character]) -> (String, String) {
        let same = zip(before, after).prefix { $0 == $1 }.count
        let most = min(before.count, after.count) - same
        let sameEnd = zip(before.reversed(), after.reversed()).prefix { $0 == $1 }.count
        let (start, end) = (max(0, same - shownOfSame), max(0, min(sameEnd, most) - shownOfSame))
        func shown(_ line: [Character]) -> String {
            (start > 0 ? "…" : "") + String(line[start..<(line.count - end)]) + (end > 0 ? "…" : "")
        }
        return (shown(before), shown(after))
    }
}

extension RenderedDifference.Line: Encodable {
    /// Every field is there, also what is null.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(file, forKey: .file)
        try fields.encode(line, forKey: .line)
        try fields.encode(before, forKey: .before)
        try fields.encode(after, forKey: .after)
    }

    private enum Field: String, CodingKey {
        case file, line, before, after
    }
}
