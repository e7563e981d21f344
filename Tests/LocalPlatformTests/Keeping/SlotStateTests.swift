import FleetModel
import Testing

@testable import LocalPlatform

@Suite("what a keeper says")
struct SlotStateTests {
    @Test(
        "each line that a keeper writes is understood, padded or not",
        arguments: [
            ("starting 7 12", SlotState.starting(keeper: SlotState.Process(pid: 7, startTime: 12))),
            (
                "running 77 123456 7 12",
                .running(
                    beam: SlotState.Process(pid: 77, startTime: 123_456), keeper: SlotState.Process(pid: 7, startTime: 12))
            ),
            (
                "code 0 at 1700000000123",
                .ended(Replica.Exit(code: 0, signal: nil, at: Timestamp(milliseconds: 1_700_000_000_123)))
            ),
            (
                "signal 9 at 1700000000123",
                .ended(Replica.Exit(code: nil, signal: 9, at: Timestamp(milliseconds: 1_700_000_000_123)))
            ),
            ("failed cannot start /x: No such file", .failed(reason: "cannot start /x: No such file")),
        ])
    func understood(line: String, state: SlotState) {
        #expect(SlotState(line: line) == state)
        #expect(SlotState(line: line + String(repeating: " ", count: 127 - line.count)) == state)
    }

    @Test(
        "what no keeper writes is none",
        arguments: [
            "", " ", "started", "running", "running x 1", "running 1 -1", "running 1 2", "running 1 2 3", "starting",
            "starting 1", "starting 1 2 3", "code 0", "code x at 1",
            "signal 9 at x", "failed",
        ])
    func notUnderstood(line: String) {
        #expect(SlotState(line: line) == nil)
    }

    @Test("lines are put together however the bytes arrive")
    func lines() {
        let text = Array("one\ntwo\n\nthree\nrest".utf8)
        for size in 1...text.count {
            var buffer = LineBuffer()
            let lines = stride(from: 0, to: text.count, by: size).flatMap { buffer.take(text[$0..<min($0 + size, text.count)]) }
            #expect(lines == ["one", "two", "", "three"], "in pieces of \(size)")
            #expect(buffer.take([10][...]) == ["rest"])
        }
    }
}
