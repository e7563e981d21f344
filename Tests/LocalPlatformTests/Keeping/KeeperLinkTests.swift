import FleetModel
import Foundation
import Glibc
import ProcessTree
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("the daemon and a real keeper", .serialized)
struct KeeperLinkTests {
    /// Waits for the start of a BEAM that lives on.
    private func running(_ states: AsyncStream<SlotState>) async throws -> Int32 {
        let beam = try await started(states)
        #expect(beam.isAlive)
        return beam.pid
    }

    /// Waits for the start of a BEAM that may have ended by now.
    @discardableResult
    private func started(_ states: AsyncStream<SlotState>) async throws -> SlotState.Process {
        let state = try await next(states, "the start")
        guard case .running(let beam, _) = state else {
            throw TimedOut(waitingFor: "the start", lastSeen: "\(state as Any)")
        }
        return beam
    }

    private func ended(_ states: AsyncStream<SlotState>) async throws -> Replica.Exit? {
        guard case .ended(let exit) = try await next(states, "the end") else { return nil }
        return exit
    }

    @Test("the start and the end are told, and then the stream ends")
    func told() async throws {
        let kept = try KeptSlot()
        let (link, keeper) = try kept.start("exit 7")
        try await started(link.states)
        #expect(try await ended(link.states)?.code == 7)
        #expect(try await next(link.states, "the stream's end") == nil)
        _ = try await exitCode(of: keeper)
        guard case .ended(let written) = kept.slot.state() else { throw TimedOut(waitingFor: "the state", lastSeen: "another") }
        #expect(written.code == 7)
        #expect(!kept.slot.isLocked())
        #expect(!link.kill() && !link.stop(grace: .zero, isBooting: false))
    }

    @Test("an order to stop ends a BEAM that does not want to when its grace is over")
    func stop() async throws {
        let kept = try KeptSlot()
        let (link, keeper) = try kept.start("sleep 600")
        let beam = try await running(link.states)
        try Freezing.freeze(beam)
        #expect(kept.slot.isLocked() && kept.slot.state()?.keeper?.isAlive == true)
        #expect(link.stop(grace: .milliseconds(50), isBooting: false))
        #expect(try await ended(link.states)?.signal == 9)
        _ = try await exitCode(of: keeper)
    }

    @Test("a keeper has a session of its own and nothing of the daemon's but what it is given")
    func ownSession() async throws {
        let kept = try KeptSlot()
        let leak = open("/dev/zero", O_RDONLY)  // deliberately without O_CLOEXEC
        defer { close(leak) }
        let (link, keeper) = try kept.start("sleep 600")
        let beam = try await running(link.states)
        #expect(getsid(keeper) == keeper && getsid(beam) == beam)
        #expect(try Data(contentsOf: URL(filePath: "/proc/\(keeper)/environ")).isEmpty)
        #expect(link.kill())
        #expect(try await ended(link.states)?.signal == 9)
        _ = try await exitCode(of: keeper)
    }

    @Test("a keeper that is killed ends the stream without a word, while its BEAM holds the slot")
    func keeperKilled() async throws {
        let kept = try KeptSlot()
        let (link, keeper) = try kept.start("sleep 600")
        let beam = try await running(link.states)
        kill(keeper, SIGKILL)
        _ = try await exitCode(of: keeper)
        #expect(try await next(link.states, "the stream's end") == nil)
        #expect(kept.slot.isLocked())
        #expect(kept.slot.state()?.keeper?.isAlive == false)
        #expect(ProcessStat.startTime(of: beam) != nil)
        OrphanedBeam.end(kept.slot)
        #expect(!kept.slot.isLocked())
        #expect(ProcessStat.startTime(of: beam) == nil)
    }

    @Test("a second listener hears the end too late for the first, and the state file tells it all the same")
    func secondDaemon() async throws {
        let kept = try KeptSlot()
        let (first, keeper) = try kept.start("sleep 600")
        _ = try await running(first.states)
        let second = try KeeperLink(kept.slot) { keeper }
        #expect(second.kill())
        _ = try await exitCode(of: keeper)
        guard case .ended(let exit) = kept.slot.state() else { throw TimedOut(waitingFor: "the state", lastSeen: "another") }
        #expect(exit.signal == 9)
    }

    @Test("a keeper that cannot have its slot is heard to end, so that nobody waits for it for ever")
    func slotTaken() async throws {
        let kept = try KeptSlot()
        let stranger = open(kept.slot.path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(stranger) }
        #expect(OpenFileLock.tryTake(stranger))
        let (link, keeper) = try kept.start("sleep 600")
        #expect(try await exitCode(of: keeper) == 75)
        let states = link.states
        let heard = try await within("the end of the stream, or 'failed'", deadline: .seconds(5)) {
            for await state in states { return "\(state)" }
            return "the end"
        }
        #expect(heard == "the end" || heard.hasPrefix("failed"))
    }

    @Test("an end is told when the slot can be used again, so that a start at once finds it free")
    func startAtOnce() async throws {
        let kept = try KeptSlot()
        var tooEarly = 0
        for _ in 1...20 {
            let (link, keeper) = try kept.start("exit 1")
            try await started(link.states)
            #expect(try await ended(link.states)?.code == 1)
            if kept.slot.isLocked() { tooEarly += 1 }
            _ = try await exitCode(of: keeper)
        }
        #expect(tooEarly == 0, "\(tooEarly) of 20 ends were told while the slot was still locked")
    }

    @Test("a program that is started inherits no descriptor")
    func inheritsNothing() async throws {
        let scratch = try Scratch()
        let leak = open("/dev/zero", O_RDONLY)  // deliberately without O_CLOEXEC
        defer { close(leak) }
        let pid = try ChildProgram.start("/bin/ls", ["-l", "/proc/self/fd"], environment: [], output: scratch.path + "/output")
        _ = try await exitCode(of: pid)
        let output = try String(contentsOfFile: scratch.path + "/output", encoding: .utf8)
        #expect(output.contains("/dev/null"))
        #expect(!output.contains("/dev/zero"), "\(output)")
    }

    @Test("a program that is not there is named in the error")
    func missingProgram() throws {
        let error = try #require(throws: LocalPlatformError.self) {
            try ChildProgram.start("/nowhere/beamctl-keeper", [], environment: [], output: "/dev/null")
        }
        #expect(error.description == "cannot start /nowhere/beamctl-keeper: No such file or directory")
    }
}
