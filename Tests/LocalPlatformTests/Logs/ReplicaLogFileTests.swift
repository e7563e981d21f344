import FleetModel
import Testing

@testable import LocalPlatform

@Suite("reading a replica's log")
struct ReplicaLogFileTests {
    private let scratch: Scratch
    private var log: ReplicaLogFile

    init() throws {
        scratch = try Scratch()
        log = ReplicaLogFile(replica: "r", path: scratch.path + "/log")
    }

    private func record(_ text: String, _ mark: String = "F", stream: String = "stdout") -> String {
        "2026-11-23T06:18:00.000000Z \(stream) \(mark) \(text)\n"
    }

    private mutating func new() -> [String] { log.new().map(\.text) }

    @Test("a log that is not there yet is empty, and is read when it comes")
    mutating func later() throws {
        #expect(new() == [])
        try scratch.append("log", record("one"))
        #expect(new() == ["one"])
        #expect(new() == [])
        try scratch.append("log", record("two") + record("three"))
        #expect(new() == ["two", "three"])
        log.finish()
    }

    @Test("a line that has only half arrived waits for its end")
    mutating func half() throws {
        let line = record("whole")
        try scratch.append("log", String(line.prefix(40)))
        #expect(new() == [])
        try scratch.append("log", String(line.dropFirst(40)))
        #expect(new() == ["whole"])
        log.finish()
    }

    @Test("files that were rotated away are read oldest first, then the newest")
    mutating func rotatedAway() throws {
        try scratch.append("log.10", record("one"))
        try scratch.append("log.2", record("two"))
        try scratch.append("log.1", record("three"))
        try scratch.append("log", record("four"))
        #expect(log.rotated().map(\.text) == ["one", "two", "three"])
        #expect(new() == ["four"])
        log.finish()
    }

    @Test("reading goes on over a rotation, and loses nothing that was written before it")
    mutating func overRotation() throws {
        try scratch.append("log", record("one"))
        #expect(new() == ["one"])
        try scratch.append("log", record("two"))
        try scratch.move("log", "log.1")
        try scratch.append("log", record("three"))
        #expect(new() == ["two", "three"])
        try scratch.append("log", record("four"))
        #expect(new() == ["four"])
        log.finish()
    }

    @Test("two rotations between two looks lose nothing either")
    mutating func twoRotations() throws {
        try scratch.append("log", record("one"))
        #expect(new() == ["one"])
        try scratch.append("log", record("two"))
        try scratch.move("log", "log.1")
        try scratch.append("log", record("three"))
        try scratch.move("log.1", "log.2")
        try scratch.move("log", "log.1")
        try scratch.append("log", record("four"))
        #expect(new() == ["two", "three", "four"])
        log.finish()
    }

    @Test("while a rotation is under way, with no file of that name, nothing is lost")
    mutating func withinRotation() throws {
        try scratch.append("log", record("one"))
        #expect(new() == ["one"])
        try scratch.move("log", "log.1")
        #expect(new() == [])
        try scratch.append("log", record("two"))
        #expect(new() == ["two"])
        log.finish()
    }

    @Test("the parts of a long line are put together, each stream by itself, and over a rotation")
    mutating func longLines() throws {
        try scratch.append("log", record("aa", "P") + record("xx", "P", stream: "stderr") + record("bb", "P"))
        #expect(new() == [])
        try scratch.move("log", "log.1")
        try scratch.append("log", record("cc") + record("yy", stream: "stderr") + record("short"))
        let lines = log.new()
        #expect(lines.map(\.text) == ["aabbcc", "xxyy", "short"])
        #expect(lines.map(\.stream) == ["stdout", "stderr", "stdout"])
        #expect(lines.allSatisfy { $0.replica == "r" })
        log.finish()
    }

    @Test("a character that was cut in two is whole again when its line is")
    mutating func cutCharacter() throws {
        let text = Array("größe".utf8)
        for cut in 1..<text.count {
            func bytes(_ part: ArraySlice<UInt8>, _ mark: String) -> [UInt8] {
                Array("2026-11-23T06:18:00.000000Z stdout \(mark) ".utf8) + part + [10]
            }
            try scratch.append("log", bytes(text[..<cut], "P") + bytes(text[cut...], "F"))
            #expect(new() == ["größe"], "cut after \(cut) bytes")
        }
        log.finish()
    }

    @Test("a line without end is given out in pieces of bounded size")
    mutating func endless() throws {
        let part = record(String(repeating: "x", count: 16 << 10), "P")
        for _ in 0..<130 { try scratch.append("log", part) }
        let lines = new()
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.utf8.count == ReplicaLogFile.longestLine })
        log.finish()
    }

    @Test("what is no record is passed over")
    mutating func nonsense() throws {
        try scratch.append("log", "nonsense\n\n" + record("one") + "\u{0}\u{1}\n")
        #expect(new() == ["one"])
        log.finish()
    }
}
