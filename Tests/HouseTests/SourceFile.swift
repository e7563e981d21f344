import Foundation

/// A Swift file of ours, line by line.
struct SourceFile {
    /// Relative to the checkout.
    let path: String
    let lines: [String]

    /// Every Swift file below a folder of the checkout.
    static func all(below folder: String) throws -> [SourceFile] {
        let root = PackageTargets.root.appending(path: folder)
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
            return SourceFile(
                path: "\(folder)/\(name)", lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }

    /// The modules that it imports.
    var imports: Set<String> {
        let pattern =
            #/^\s*(?:@\w+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|typealias|let|var)\s+)?(\w+)/#
        return Set(lines.compactMap { $0.firstMatch(of: pattern).map { String($0.1) } })
    }

    /// The line without its comment. A `//` within a string counts as one too, which is good enough here.
    static func code(_ line: String) -> Substring {
        line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line[...]
    }

    /// Whether a line, or the one above it, has a comment.
    func isExplained(_ index: Int) -> Bool {
        lines[index].contains("//") || (index > 0 && lines[index - 1].trimmingCharacters(in: .whitespaces).hasPrefix("//"))
    }
}
