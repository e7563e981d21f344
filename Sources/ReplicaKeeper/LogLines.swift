import Glibc

/// Turns what arrives on a pipe into lines of the log. A line longer than ``longest`` is cut, and its parts marked `P`.
struct LogLines {
    enum Stream: String {
        case stdout
        case stderr
    }

    static let longest = 16 << 10

    private let stream: Stream
    private var rest: [UInt8] = []

    init(_ stream: Stream) {
        self.stream = stream
    }

    /// Appends the lines that these bytes complete to `lines`; returns how many.
    mutating func take(_ bytes: ArraySlice<UInt8>, into lines: inout [UInt8]) -> Int {
        var count = 0
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            rest.append(contentsOf: bytes[start..<end])
            start = end + 1
            count += flush(into: &lines)
        }
        rest.append(contentsOf: bytes[start...])
        while rest.count > Self.longest {
            Self.append(Array(rest[..<Self.longest]), stream, isWhole: false, to: &lines)
            rest.removeFirst(Self.longest)
            count += 1
        }
        return count
    }

    /// Ends the line that has no end yet, if there is one.
    mutating func finish(into lines: inout [UInt8]) -> Int {
        rest.isEmpty ? 0 : flush(into: &lines)
    }

    private mutating func flush(into lines: inout [UInt8]) -> Int {
        var count = 1
        var line = rest[...]
        while line.count > Self.longest {
            Self.append(Array(line.prefix(Self.longest)), stream, isWhole: false, to: &lines)
            line = line.dropFirst(Self.longest)
            count += 1
        }
        Self.append(Array(line), stream, isWhole: true, to: &lines)
        rest.removeAll(keepingCapacity: rest.capacity <= 2 * Self.longest)
        return count
    }

    static func append(_ text: [UInt8], _ stream: Stream, isWhole: Bool, to lines: inout [UInt8]) {
        lines.append(contentsOf: WallClock.now().text.utf8)
        lines.append(contentsOf: " \(stream.rawValue) \(isWhole ? "F" : "P") ".utf8)
        lines.append(contentsOf: text)
        lines.append(UInt8(ascii: "\n"))
    }
}
