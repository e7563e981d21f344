/// A table for people: columns as wide as their widest cell, two spaces apart.
struct TextTable {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: String...) {
        self.header = header
    }

    /// A text as a cell: line ends and tabs written out, and no longer than a screen is wide.
    static func oneLine(_ text: String, longest: Int = 60) -> String {
        // By code points: a carriage return and a line feed are one character. A terminal obeys the others.
        let line = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\r": "\\r"
            case "\n": "\\n"
            case "\t": "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }.joined()
        return line.count > longest ? line.prefix(longest) + "…" : line
    }

    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    /// The lines. The style gets row (from 0) and column, after the width was counted.
    func lines(style: (_ text: String, _ row: Int, _ column: Int) -> String = { text, _, _ in text }) -> [String] {
        let widths = header.indices.map { column in
            ([header] + rows).map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        func line(_ cells: [String], _ dress: (String, Int) -> String) -> String {
            let padded = cells.enumerated().map { column, cell in
                let isLast = column == cells.count - 1
                let padding = isLast ? "" : String(repeating: " ", count: max(0, widths[column] - cell.count) + 2)
                return dress(cell, column) + padding
            }
            return padded.joined()
        }
        return [line(header) { text, _ in text }] + rows.enumerated().map { row, cells in line(cells) { style($0, row, $1) } }
    }
}
