import Glibc
import Testing

@Suite("keeper: no slot runs twice, and nothing is left behind", .serialized)
struct SlotTests {
    @Test("a second keeper of the same slot exits with 75 and disturbs nothing")
    func second() throws {
        let slot = try Slot()
        try slot.write(script: "read x < answer; exit 2")
        let (first, child) = try slot.startAndWait()
        let state = slot.state
        let (ending, complaint) = try slot.startKeeper().end()
        #expect(ending == .init(code: 75))
        #expect(complaint == "beamctl-keeper: something of this slot still lives: \(slot.path)\n")
        #expect(slot.state == state)
        #expect(exists(child))
        slot.goOn()
        #expect(try slot.alive.next()?.hasPrefix("code 2 at ") == true)
        #expect(try first.end().0 == .init(code: 0))
    }

    @Test("the BEAM holds the slot's lock when its keeper is killed, until it ends itself")
    func keeperKilled() throws {
        let slot = try Slot()
        try slot.write(spec: ["executable=/bin/sleep", "directory=\(slot.path)", "argument=600"])
        let (keeper, child) = try slot.startAndWait()
        kill(keeper.pid, SIGKILL)
        #expect(try keeper.end().0 == .init(signal: SIGKILL))
        #expect(try slot.alive.next() == nil)
        #expect(exists(child))
        #expect(!slot.isFree)
        #expect(try slot.startKeeper().end().0 == .init(code: 75))
        kill(child, SIGKILL)
        try slot.untilFree()
        #expect(try slot.run(script: "exit 9").hasPrefix("code 9 at "))
    }

    @Test("grandchildren that left the group and the session are killed with the BEAM", arguments: ["kill\n", "stop 100\n"])
    func grandchildren(order: String) throws {
        let slot = try Slot()
        // One in a session of its own, one that a program in between has left behind, one that ignores everything it can.
        try slot.write(
            script: """
                setsid sleep 600 & echo $! > told
                setsid sh -c 'sleep 600 & echo $! > told; exit 0' &
                setsid sh -c 'trap "" TERM HUP INT; echo $$ > told; while :; do sleep 600; done' &
                wait
                """)
        let (keeper, child) = try slot.startAndWait()
        var family: [pid_t] = [child]
        for _ in 0..<3 { family.append(try slot.toldPID()) }
        #expect(family.allSatisfy { exists($0) })
        try slot.order(order)
        #expect(try keeper.end().0 == .init(code: 0))
        #expect(family.filter { exists($0) } == [])
    }

    @Test("what a BEAM leaves behind when it ends by itself is killed, and does not hold up the end")
    func leftBehind() throws {
        let slot = try Slot()
        try slot.write(script: "setsid sleep 600 & echo $! > told; echo before; exit 3")
        let (keeper, _) = try slot.startAndWait()
        let orphan = try slot.toldPID()
        #expect(try slot.alive.next()?.hasPrefix("code 3 at ") == true)
        #expect(try keeper.end().0 == .init(code: 0))
        #expect(!exists(orphan))
        #expect(slot.isFree)
        #expect(try SlotLog(slot).texts() == ["before"])
    }

    @Test("orphans that end while the BEAM lives are reaped")
    func reaped() throws {
        let slot = try Slot()
        try slot.write(script: "sh -c 'sh -c \"echo \\$\\$ > told; read x < answer\" & exit 0'; read y < answer")
        let (keeper, _) = try slot.startAndWait()
        let orphan = try slot.toldPID()
        slot.goOn()
        slot.goOn()
        #expect(try keeper.end().0 == .init(code: 0))
        #expect(!exists(orphan))
    }
}
