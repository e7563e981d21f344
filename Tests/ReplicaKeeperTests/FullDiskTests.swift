import Foundation
import TestSupport
import Testing

@Suite("keeper: a full disk", .serialized, .enabled(if: Tmpfs.isPossible, Tmpfs.reason))
struct FullDiskTests {
    /// Lines of 60 bytes: twice as much as the disk holds.
    static let flood =
        "i=0; while [ $i -lt 40000 ]; do i=$((i+1)); echo \"line $i of a program that says far more than the disk holds\"; done"

    @Test("the BEAM goes on, its exit status is written down, and only whole lines are kept")
    func staysFull() throws {
        let disk = try Tmpfs(kibibytes: 1024)
        let slot = try Slot(at: disk.path)
        #expect(try slot.run(script: "\(Self.flood); exit 3").hasPrefix("code 3 at "))
        #expect(slot.state?.hasPrefix("code 3 at ") == true)
        let lines = try SlotLog(slot).texts()
        #expect(!lines.isEmpty && lines.count < 40_000)
        // A short run of lines may still find room where a longer one found none; so there may be gaps, and they are said.
        let notice = #/beamctl: \d+ log lines were lost: the disk was full/#
        let line = #/line (\d+) of a program that says far more than the disk holds/#
        let numbers = lines.compactMap { $0.wholeMatch(of: line).flatMap { Int($0.1) } }
        #expect(numbers.count + lines.count { $0.wholeMatch(of: notice) != nil } == lines.count, "only whole lines")
        #expect(numbers.first == 1 && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("lost lines are counted, and said as soon as there is room again")
    func roomAgain() throws {
        let disk = try Tmpfs(kibibytes: 1024)
        let slot = try Slot(at: disk.path)
        let filler = "\(disk.path)/filler"
        try Data(count: 512 << 10).write(to: URL(filePath: filler))
        try slot.write(
            script: "\(Self.flood); echo full > told; read x < answer; i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo late; done")
        let (keeper, _) = try slot.startAndWait()
        #expect(try slot.told.next() == "full")
        try FileManager.default.removeItem(atPath: filler)
        slot.goOn()
        #expect(try slot.alive.next()?.hasPrefix("code 0 at ") == true)
        #expect(try keeper.end().0 == .init(code: 0))

        let log = try SlotLog(slot)
        let notices = log.texts("stderr")
        let lost = notices.compactMap { $0.firstMatch(of: #/^beamctl: (\d+) log lines were lost: the disk was full$/#) }
            .compactMap { Int($0.1) }
        #expect(!lost.isEmpty && lost.count == notices.count, "\(notices)")
        #expect(log.texts().count + lost.reduce(0, +) == 40_100)
        #expect(log.texts().suffix(100).allSatisfy { $0 == "late" })
    }

    @Test("a keeper whose disk is full from the start says so and starts nothing")
    func fullFromTheStart() throws {
        let disk = try Tmpfs(kibibytes: 64)
        let slot = try Slot(at: disk.path)
        try slot.write(script: "exit 0")
        let free = URL(filePath: "\(disk.path)/filler")
        try? Data(count: 64 << 10).write(to: free)
        for size in [16, 8, 4] { try? Data(count: size << 10).write(to: URL(filePath: "\(disk.path)/filler.\(size)")) }
        let (ending, complaint) = try slot.startKeeper().end()
        #expect(ending == .init(code: 71))
        #expect(complaint == "beamctl-keeper: cannot write the file state: No space left on device\n")
    }
}
