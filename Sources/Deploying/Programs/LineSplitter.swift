/// Cuts bytes that come in pieces into lines. A line that grows too long is cut.
struct LineSplitter {
    /// Bytes of the longest line.
    static let longestLine = 16 << 10

    private var pending: [UInt8] = []

    /// The lines that these bytes complete, without their ends.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(flush())
            } else {
                pending.append(byte)
                if pending.count == Self.longestLine { lines.append(flush()) }
            }
        }
        return lines
    }

    /// What is left at the end, if anything.
    mutating func finish() -> String? { pending.isEmpty ? nil : flush() }

    private mutating func flush() -> String {
        if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
        defer { pending.removeAll(keepingCapacity: true) }
        return String(decoding: pending, as: UTF8.self)
    }
}

/// The last lines of an output.
struct OutputTail {
    /// How many are kept.
    static let mostLines = 200

    private(set) var lines: [String] = []

    mutating func append(_ line: String) {
        lines.append(line)
        if lines.count > Self.mostLines * 2 { lines.removeFirst(lines.count - Self.mostLines) }
    }

    /// The kept lines, oldest first.
    var last: [String] { Array(lines.suffix(Self.mostLines)) }
}
