/// Cuts a stream of bytes into lines, of which none is kept that is longer than it may be.
struct LineCutter {
    /// A line, or a part of one that is too long.
    struct Piece: Hashable {
        /// Without the line's end.
        var bytes: [UInt8]
        /// Whether the line ends here.
        var isWhole: Bool
    }

    private let longest: Int
    private var rest: [UInt8] = []

    init(longest: Int) {
        self.longest = longest
    }

    /// The lines that these bytes complete; of a line that is too long, its parts.
    mutating func take(_ bytes: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            rest += bytes[start..<end]
            cut(into: &pieces)
            pieces.append(Piece(bytes: rest, isWhole: true))
            rest = []
            start = end + 1
        }
        rest += bytes[start...]
        cut(into: &pieces)
        return pieces
    }

    /// What stands without a line's end behind the last one.
    mutating func finish() -> Piece? {
        defer { rest = [] }
        return rest.isEmpty ? nil : Piece(bytes: rest, isWhole: true)
    }

    private mutating func cut(into pieces: inout [Piece]) {
        while rest.count > longest {
            pieces.append(Piece(bytes: Array(rest[..<longest]), isWhole: false))
            rest.removeFirst(longest)
        }
    }
}
