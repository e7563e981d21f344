import Foundation
import Glibc
import Testing

@Suite("keeper: how a BEAM ends", .serialized)
struct EndingTests {
    @Test("an exit code is told and written down", arguments: [0, 1, 3, 71, 255])
    func exitCode(code: Int) throws {
        let slot = try Slot()
        let before = Date().timeIntervalSince1970 * 1000 - 1
        let told = try slot.run(script: "exit \(code)")
        #expect(slot.state == told)
        let words = told.split(separator: " ")
        #expect(words.prefix(3) == ["code", "\(code)", "at"])
        let at = try #require(words.last.flatMap { Double($0) })
        #expect(at >= before && at <= Date().timeIntervalSince1970 * 1000 + 1)
    }

    @Test("a signal is told and written down", arguments: [SIGKILL, SIGTERM, SIGSEGV, SIGABRT])
    func signal(number: Int32) throws {
        let slot = try Slot()
        let told = try slot.run(script: "ulimit -c 0; kill -\(number) $$")
        #expect(told.hasPrefix("signal \(number) at "))
        #expect(slot.state == told)
    }

    @Test("the state file always has 128 bytes, so that writing the end down needs no room on the disk")
    func stateSize() throws {
        let slot = try Slot()
        try slot.write(script: "read x < answer")
        let (keeper, _) = try slot.startAndWait()
        func size() throws -> Int { try Data(contentsOf: URL(filePath: "\(slot.path)/state")).count }
        #expect(try size() == 128)
        slot.goOn()
        #expect(try slot.alive.next()?.hasPrefix("code 0 at ") == true)
        #expect(try keeper.end().0 == .init(code: 0))
        #expect(try size() == 128)
    }

    @Test("the state names the child and its keeper, each by process id and start time")
    func runningState() throws {
        let slot = try Slot()
        try slot.write(script: "read x < answer")
        let (keeper, child) = try slot.startAndWait()
        func named(_ pid: pid_t) throws -> String {
            let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
            let end = try #require(stat.lastIndex(of: ")"))
            return "\(pid) \(stat[end...].split(separator: " ")[20])"
        }
        #expect(slot.state == "running \(try named(child)) \(try named(keeper.pid))")
        slot.goOn()
    }

    @Test("the pipe 'alive' ends when the keeper does, and not before")
    func aliveEnds() throws {
        let slot = try Slot()
        try slot.run(script: "exit 0")
        #expect(try slot.alive.next() == nil)
    }

    @Test("the slot's lock is free when the end is told, so that a new keeper can start at once")
    func freeWhenTold() throws {
        let slot = try Slot()
        var tooEarly = 0
        for _ in 0..<50 {
            try slot.write(spec: ["executable=/bin/true", "directory=/"])
            let (keeper, _) = try slot.startAndWait()
            #expect(try slot.alive.next()?.hasPrefix("code 0") == true)
            if !slot.isFree { tooEarly += 1 }
            _ = try keeper.end()
            #expect(try slot.alive.next() == nil)
        }
        #expect(tooEarly == 0, "\(tooEarly) of 50 ends were told while the lock was still held")
    }
}
