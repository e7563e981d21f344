import FleetModel
import Testing

@testable import LocalPlatform

@Suite("a line of a log file")
struct LogRecordTests {
    @Test("a record is read with its time, stream, mark and text")
    func reads() throws {
        let record = try #require(LogRecord(Array("2026-11-23T06:18:00.123456Z stderr F two  words ".utf8)))
        #expect(record.at == Timestamp(milliseconds: 1_795_414_680_123))
        #expect(record.stream == "stderr" && record.isWhole && record.text == Array("two  words ".utf8))
        let part = try #require(LogRecord(Array("2026-11-23T06:18:00.123456Z stdout P ".utf8)))
        #expect(!part.isWhole && part.text.isEmpty)
    }

    @Test(
        "what no keeper wrote is none",
        arguments: ["", "hello", "2026-11-23T06:18:00.1Z stdout F", "yesterday stdout F text", "   "])
    func refuses(line: String) {
        #expect(LogRecord(Array(line.utf8)) == nil)
    }
}
