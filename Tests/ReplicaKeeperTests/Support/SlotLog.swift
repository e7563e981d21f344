import Foundation
import Testing

/// What a keeper wrote into a slot's log, read as the format says: `<RFC 3339> <stream> F|P <text>`.
struct SlotLog {
    struct Record {
        var time: String
        var stream: String
        var isWhole: Bool
        var text: [UInt8]
    }

    let records: [Record]

    /// Reads these files of the slot, oldest first; a line that is not of the format is a failure.
    init(_ slot: Slot, files: [String] = ["log"]) throws {
        var records: [Record] = []
        for file in files {
            let data = try Data(contentsOf: URL(filePath: "\(slot.path)/\(file)"))
            try #require(data.last == UInt8(ascii: "\n") || data.isEmpty, "\(file) ends within a line")
            for line in [UInt8](data).split(separator: UInt8(ascii: "\n")) { records.append(try Self.record(line)) }
        }
        self.records = records
    }

    private static func record(_ line: ArraySlice<UInt8>) throws -> Record {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        try #require(parts.count == 4, "no record: \(String(decoding: line, as: UTF8.self))")
        let mark = String(decoding: parts[2], as: UTF8.self)
        try #require(["F", "P"].contains(mark))
        return Record(
            time: String(decoding: parts[0], as: UTF8.self), stream: String(decoding: parts[1], as: UTF8.self),
            isWhole: mark == "F", text: Array(parts[3]))
    }

    /// The lines of a stream, put together from their parts.
    func lines(_ stream: String = "stdout") -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var unfinished: [UInt8] = []
        for record in records where record.stream == stream {
            unfinished += record.text
            guard record.isWhole else { continue }
            lines.append(unfinished)
            unfinished = []
        }
        return lines
    }

    /// The same as text.
    func texts(_ stream: String = "stdout") -> [String] {
        lines(stream).map { String(decoding: $0, as: UTF8.self) }
    }
}
