public import BeamRelease
import FleetModel

/// What rendering changes in the files of a release, line by line. Secrets are not in it.
public struct RenderedDifference: Hashable, Sendable, Encodable {
    /// A line that is not as it was.
    public struct Line: Hashable, Sendable, Encodable {
        /// The file in `releases/<version>`.
        public var file: String
        /// The line, from 1.
        public var line: Int
        /// As it stands in the release.
        public var before: String
        /// As a replica gets it.
        public var after: String
    }

    /// The lines that change, by file and line.
    public var lines: [Line]

    /// Compares the files of a process.
    ///
    /// Throws `RenderError` when a file cannot be rendered with what is given.
    public init(_ check: ConfigCheck, process: String) throws(RenderError) {
        let given = check.given(process)
        // A word that can stand wherever a value can, also where only an Erlang term can.
        var values: [String: String] = [:]
        for (name, variable) in given { values[name] = variable.value ?? "redacted_\(name)" }
        let files = check.release.files
        let substitution = Substitution(
            check.release, given.compactMapValues(\.value), check.spec.config.renderer == .native ? .native : .beamctl,
            check.spec.release.replacesVariables)
        let renderer = ConfigRenderer(variables: values)
        let isClustered = check.spec.cluster.discovery != .none
        var lines: [Line] = []
        for file in Substitution.File.allCases where substitution.isOurs(file) {
            guard let text = files.text(of: file) else { continue }
            let name = substitution.name(of: file)
            let before =
                file == .systemConfig
                ? ConfigRenderer.readable(systemConfig: text) : VMArgumentsText.kept(text, isClustered: isClustered)
            let after =
                file == .systemConfig
                ? try renderer.systemConfig(before, file: name) : try renderer.vmArguments(before, file: name)
            lines += Self.changes(name, before, after)
        }
        self.lines = lines
    }

    /// A value puts no line end into a file, so the lines of both belong together.
    private static func changes(_ file: String, _ before: String, _ after: String) -> [Line] {
        func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        return zip(lines(before), lines(after)).enumerated().compactMap { index, pair in
            guard pair.0 != pair.1 else { return nil }
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
