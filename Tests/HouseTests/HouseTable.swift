import Foundation

/// The table of `docs/architecture.md`: which target stands on which floor, and what it may import.
struct HouseTable {
    struct Row {
        var floor: String
        var target: String
        var mayImport: Set<String>
    }

    enum Floor: Int {
        case ground, platform, faces
    }

    let rows: [Row]

    static func read() throws -> HouseTable {
        HouseTable(try String(contentsOf: PackageTargets.root.appending(path: "docs/architecture.md"), encoding: .utf8))
    }

    /// Takes every row that begins with a floor's name.
    init(_ markdown: String) {
        rows = markdown.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 6, Self.floor(cells[1]) != nil, let target = Self.names(cells[2]).first else { return nil }
            return Row(floor: cells[1], target: target, mayImport: Set(Self.names(cells[cells.count - 2])))
        }
    }

    /// The names between backticks.
    private static func names(_ cell: String) -> [String] {
        cell.matches(of: #/`([^`]+)`/#).map { String($0.1) }
    }

    static func floor(_ name: String) -> Floor? {
        switch name.trimmingCharacters(in: .init(charactersIn: "*")) {
        case "Faces": .faces
        case "Platform": .platform
        case "Ground": .ground
        default: nil
        }
    }
}
