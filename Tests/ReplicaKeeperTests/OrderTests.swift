import Glibc
import TestSupport
import Testing

@Suite("keeper: what the daemon orders", .serialized)
struct OrderTests {
    /// A child that notes SIGTERM and does not end of it.
    static let stubborn = "trap 'echo term > told' TERM; sleep 600 & echo ready > told; while :; do wait $!; done"

    @Test("'stop' is SIGTERM, and a BEAM that obeys it ends by itself, long before the grace is over")
    func obeys() throws {
        let slot = try Slot()
        try slot.write(script: "trap 'echo bye; exit 7' TERM; sleep 600 & echo ready > told; wait $!")
        let (keeper, _) = try slot.startAndWait()
        #expect(try slot.told.next() == "ready")
        try slot.order("stop 3600000\n")
        #expect(try slot.alive.next()?.hasPrefix("code 7 at ") == true)
        #expect(try keeper.end().0 == .init(code: 0))
        #expect(try SlotLog(slot).texts() == ["bye"])
    }

    @Test("'stop … again' asks until the BEAM obeys: one that boots drops what it is asked")
    func asksAgain() throws {
        let slot = try Slot()
        let script = "n=0; trap 'n=$((n + 1)); echo asked $n > told; [ $n -lt 3 ] || exit 7' TERM; echo ready > told;"
        try slot.write(script: script + " while :; do sleep 600 & wait $!; done")
        let (keeper, _) = try slot.startAndWait()
        #expect(try slot.told.next() == "ready")
        try slot.order("stop 3600000 again\n")
        for count in 1...3 { #expect(try slot.told.next() == "asked \(count)") }
        #expect(try slot.alive.next()?.hasPrefix("code 7 at ") == true)
        #expect(try keeper.end().0 == .init(code: 0))
    }

    @Test("a real BEAM that is told while it boots ends by itself, whenever that comes", arguments: [0, 20, 50, 90, 150])
    func whileItBoots(milliseconds: UInt32) throws {
        let slot = try Slot()
        try slot.write(spec: [
            "executable=/usr/bin/erl", "argument=-noshell", "directory=\(slot.path)", "environment=PATH=/usr/bin:/bin",
        ])
        let (keeper, _) = try slot.startAndWait()
        usleep(milliseconds * 1000)
        try slot.order("stop 3600000 again\n")
        let ending = try slot.alive.next() ?? ""
        // Before the VM's own handler is there, the signal itself ends it.
        #expect(ending.hasPrefix("code 0 at ") || ending.hasPrefix("signal 15 at "), "\(ending)")
        #expect(try keeper.end().0 == .init(code: 0))
    }

    @Test("a BEAM that does not end within the grace is killed, and not before")
    func graceEnds() throws {
        let slot = try Slot()
        try slot.write(script: Self.stubborn)
        let (_, child) = try slot.startAndWait()
        #expect(try slot.told.next() == "ready")
        let asked = ContinuousClock.now
        try slot.order("stop 400\n")
        #expect(try slot.told.next() == "term")
        #expect(exists(child))
        #expect(try slot.alive.next()?.hasPrefix("signal 9 at ") == true)
        #expect(ContinuousClock.now - asked >= .milliseconds(400))
    }

    @Test("a second 'stop' shortens the grace and never prolongs it")
    func secondStop() throws {
        let slot = try Slot()
        try slot.write(script: Self.stubborn)
        let (keeper, _) = try slot.startAndWait()
        #expect(try slot.told.next() == "ready")
        try slot.order("stop 3600000\nstop 200\n")
        #expect(try slot.told.next() == "term")
        try slot.order("stop 3600000\n")
        #expect(try slot.alive.next()?.hasPrefix("signal 9 at ") == true)
        #expect(try keeper.end().0 == .init(code: 0))
    }

    @Test("a frozen BEAM is killed when the grace is over")
    func frozen() throws {
        let slot = try Slot()
        try slot.write(spec: ["executable=/bin/sleep", "argument=600"])
        let (_, child) = try slot.startAndWait()
        try Freezing.freeze(child)
        try slot.order("stop 100\n")
        #expect(try slot.alive.next()?.hasPrefix("signal 9 at ") == true)
    }

    @Test("'kill' is SIGKILL at once, even after 'stop' with a long grace")
    func killed() throws {
        let slot = try Slot()
        try slot.write(script: Self.stubborn)
        _ = try slot.startAndWait()
        #expect(try slot.told.next() == "ready")
        try slot.order("stop 3600000\nkill\n")
        #expect(try slot.alive.next()?.hasPrefix("signal 9 at ") == true)
    }

    @Test("what is no order is passed over, however long it is")
    func nonsense() throws {
        let slot = try Slot()
        try slot.write(script: "trap 'exit 7' TERM; sleep 600 & echo ready > told; wait $!")
        _ = try slot.startAndWait()
        #expect(try slot.told.next() == "ready")
        try slot.order("\n\nfrob\nstop\nstop x\nstop -1\nstop 86400001\nKILL\nkill now\n")
        try slot.order(String(repeating: "kill", count: 8000) + "\n")
        try slot.order("sto")
        try slot.order("p 600")
        try slot.order("00\n")
        #expect(try slot.alive.next()?.hasPrefix("code 7 at ") == true)
    }

    @Test("an order that comes in pieces is put together")
    func pieces() throws {
        let slot = try Slot()
        try slot.write(spec: ["executable=/bin/sleep", "argument=600"])
        _ = try slot.startAndWait()
        for piece in ["k", "i", "ll", "\n"] { try slot.order(piece) }
        #expect(try slot.alive.next()?.hasPrefix("signal 9 at ") == true)
    }

    @Test("signals to the keeper itself do not end it")
    func signals() throws {
        let slot = try Slot()
        try slot.write(script: "read x < answer; exit 6")
        let (keeper, _) = try slot.startAndWait()
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { kill(keeper.pid, signal) }
        slot.goOn()
        #expect(try slot.alive.next()?.hasPrefix("code 6 at ") == true)
        #expect(try keeper.end().0 == .init(code: 0))
    }
}
