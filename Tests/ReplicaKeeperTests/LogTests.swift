import Foundation
import Glibc
import Testing

@Suite("keeper: the log", .serialized)
struct LogTests {
    @Test("lines of both streams are kept in Kubernetes' format, with the time")
    func bothStreams() throws {
        let slot = try Slot()
        try slot.run(script: "echo one; echo two >&2; echo; echo three")
        let log = try SlotLog(slot)
        #expect(log.texts("stdout") == ["one", "", "three"])
        #expect(log.texts("stderr") == ["two"])
        #expect(log.records.allSatisfy { $0.isWhole })
        let format = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/#
        #expect(log.records.allSatisfy { $0.time.wholeMatch(of: format) != nil })
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let first = try style.parse(log.records[0].time)
        #expect(abs(first.timeIntervalSinceNow) < 60)
    }

    @Test("a last line without an end is kept")
    func noNewline() throws {
        let slot = try Slot()
        try slot.run(script: "printf 'one\\ntwo'; printf 'oops' >&2")
        #expect(try SlotLog(slot).texts() == ["one", "two"])
        #expect(try SlotLog(slot).texts("stderr") == ["oops"])
    }

    @Test("a line is cut at 16 KiB and nothing of it is lost", arguments: [16_383, 16_384, 16_385, 32_768, 100_000, 1_000_000])
    func longLines(length: Int) throws {
        let slot = try Slot()
        let line = (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        try Data(line + Array("\nafter\n".utf8)).write(to: URL(filePath: "\(slot.path)/text"))
        try slot.run(script: "cat text")
        let log = try SlotLog(slot)
        #expect(log.lines() == [line, Array("after".utf8)])
        #expect(log.records.allSatisfy { $0.text.count <= 16 << 10 })
        #expect(log.records.count == (length + 16_383) / 16_384 + 1)
    }

    @Test("a long line that never ends is kept too")
    func longUnfinishedLine() throws {
        let slot = try Slot()
        try slot.run(script: "head -c 50000 /dev/zero | tr '\\0' x")
        #expect(try SlotLog(slot).lines() == [[UInt8](repeating: UInt8(ascii: "x"), count: 50_000)])
    }

    @Test("bytes that are no text are kept as they are")
    func bytes() throws {
        let slot = try Slot()
        let line = (0...255).map { UInt8($0) }.filter { $0 != 10 }
        try Data(line + [10]).write(to: URL(filePath: "\(slot.path)/text"))
        try slot.run(script: "cat text")
        #expect(try SlotLog(slot).lines() == [line])
    }

    @Test("200,000 lines as fast as they come are all there, in order, and the keeper stays small")
    func many() throws {
        let slot = try Slot()
        try slot.write(script: "seq 1 200000; echo done > told; read x < answer", more: ["log-bytes=1073741824"])
        let began = ContinuousClock.now
        let (keeper, _) = try slot.startAndWait()
        let before = try ProcFile(pid: keeper.pid).residentKiB()
        #expect(try slot.told.next() == "done")
        let took = ContinuousClock.now - began
        let after = try ProcFile(pid: keeper.pid).residentKiB()
        slot.goOn()
        #expect(try keeper.end().0 == .init(code: 0))
        let lines = try SlotLog(slot).texts()
        #expect(lines.count == 200_000)
        #expect(lines.elementsEqual((1...200_000).lazy.map(String.init)))
        print("keeper: 200,000 lines in \(took), resident \(before) KiB at first, \(after) KiB then (debug build)")
        #expect(after < 64 << 10, "what it holds does not grow with what it reads")
    }

    @Test("rotation keeps the set number of files, and in them the newest lines without a gap", arguments: [1, 2, 4])
    func rotation(files: Int) throws {
        let slot = try Slot()
        // A mebibyte: a keeper reads 64 KiB at most at once, so it rotates at least 15 times.
        let script = "i=0; while [ $i -lt 4000 ]; do i=$((i+1)); printf '%d %0256d\\n' $i 0; done"
        try slot.run(script: script, more: ["log-bytes=4096", "log-files=\(files)"])
        let names = try FileManager.default.contentsOfDirectory(atPath: slot.path).filter { $0.hasPrefix("log") }
        let expected = (1..<files).reversed().map { "log.\($0)" } + ["log"]
        #expect(names.sorted() == expected.sorted())
        let numbers = try SlotLog(slot, files: expected).texts().compactMap { Int($0.prefix { $0 != " " }) }
        guard let first = numbers.first else {
            #expect(files == 1, "only the one file that was just begun may be empty")
            return
        }
        #expect(numbers == Array(first...4000))
    }

    @Test("a new keeper goes on with the log of the one before")
    func goesOn() throws {
        let slot = try Slot()
        try slot.run(script: "echo first")
        #expect(try slot.alive.next() == nil)
        try slot.run(script: "echo second")
        #expect(try SlotLog(slot).texts() == ["first", "second"])
    }

    @Test("a BEAM that closes its output goes on, and still obeys")
    func closedOutput() throws {
        let slot = try Slot()
        try slot.write(script: "echo bye; exec >&- 2>&-; echo closed > told; read x < answer; exit 4")
        let (keeper, _) = try slot.startAndWait()
        #expect(try slot.told.next() == "closed")
        slot.goOn()
        #expect(try slot.alive.next()?.hasPrefix("code 4 at ") == true)
        #expect(try keeper.end().0 == .init(code: 0))
        #expect(try SlotLog(slot).texts() == ["bye"])
    }
}
