import FleetModel
import Foundation
import Glibc
import Testing

@testable import LocalPlatform

@Suite("the daemon and a real keeper", .serialized)
struct KeeperLinkTests {
    private func running(_ states: AsyncStream<SlotState>) async throws -> Int32 {
        let state = try await next(states, "the start")
        guard case .running(let pid, let startTime) = state else { throw TimedOut(waitingFor: "the start", lastSeen: "\(state as Any)") }
        #expect(BootIdentity.startTime(of: pid) == startTime)
        return pid
    }

    private func ended(_ states: AsyncStream<SlotState>) async throws -> Replica.Exit? {
        guard case .ended(let exit) = try await next(states, "the end") else { return nil }
        return exit
    }

    @Test("the start and the end are told, and then the stream ends")
    func told() async throws {
        let kept = try KeptSlot()
        let (link, keeper) = try kept.start("exit 7")
        _ = try await running(link.states)
        #expect(try await ended(link.states)?.code == 7)
        #expect(try await next(link.states, "the stream's end") == nil)
        waitpid(keeper, nil, 0)
        #expect(kept.slot.state().map { if case .ended(let exit) = $0 { exit.code } else { nil } } == 7)
        #expect(!kept.slot.isLocked())
        #expect(!link.isKept() && !link.kill() && !link.stop(grace: .zero))
    }

    @Test("an order to stop ends a BEAM that does not want to when its grace is over")
    func stop() async throws {
        let kept = try KeptSlot()
        let (link, keeper) = try kept.start("trap '' TERM; while :; do sleep 600 & wait; done")
        _ = try await running(link.states)
        #expect(link.isKept() && kept.slot.isLocked())
        #expect(link.stop(grace: .milliseconds(50)))
        #expect(try await ended(link.states)?.signal == 9)
        waitpid(keeper, nil, 0)
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
        waitpid(keeper, nil, 0)
    }

    @Test("a keeper that is killed ends the stream without a word, while its BEAM holds the slot")
    func keeperKilled() async throws {
        let kept = try KeptSlot()
        let (link, keeper) = try kept.start("sleep 600")
        let beam = try await running(link.states)
        kill(keeper, SIGKILL)
        waitpid(keeper, nil, 0)
        #expect(try await next(link.states, "the stream's end") == nil)
        #expect(kept.slot.isLocked())
        #expect(!link.isKept())
        #expect(BootIdentity.startTime(of: beam) != nil)
        OrphanedBeam.end(kept.slot)
        #expect(!kept.slot.isLocked())
        #expect(BootIdentity.startTime(of: beam) == nil)
    }

    @Test("a second listener hears the end too late for the first, and the state file tells it all the same")
    func secondDaemon() async throws {
        let kept = try KeptSlot()
        let (first, keeper) = try kept.start("read x < control.test; exit 3")
        mkfifo(kept.slot.path + "/control.test", 0o600)
        _ = try await running(first.states)
        let second = try KeeperLink(kept.slot)
        #expect(second.isKept())
        #expect(second.kill())
        waitpid(keeper, nil, 0)
        guard case .ended(let exit) = kept.slot.state() else { throw TimedOut(waitingFor: "the state", lastSeen: "another") }
        #expect(exit.signal == 9)
    }

    @Test("a keeper that cannot have its slot is heard to end, so that nobody waits for it for ever")
    func slotTaken() async throws {
        let kept = try KeptSlot()
        let stranger = open(kept.slot.path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(stranger) }
        #expect(flock(stranger, LOCK_EX) == 0)
        let (link, keeper) = try kept.start("sleep 600")
        var status: Int32 = 0
        waitpid(keeper, &status, 0)
        #expect(status >> 8 == 75)
        let states = link.states
        let heard = try await within(.seconds(5), "the end of the stream, or 'failed'") {
            for await state in states { return "\(state)" }
            return "the end"
        }
        #expect(heard == "the end" || heard.hasPrefix("failed"))
    }

    @Test("an end is told when the slot can be used again, so that a start at once finds it free")
    func startAtOnce() async throws {
        let kept = try KeptSlot()
        for round in 1...20 {
            let (link, keeper) = try kept.start("exit 1")
            _ = try await running(link.states)
            #expect(try await ended(link.states)?.code == 1)
            #expect(!kept.slot.isLocked(), "round \(round)")
            waitpid(keeper, nil, 0)
        }
    }

    @Test("a program that is started inherits no descriptor")
    func inheritsNothing() async throws {
        let scratch = try Scratch()
        let leak = open("/dev/zero", O_RDONLY)  // deliberately without O_CLOEXEC
        defer { close(leak) }
        let pid = try ChildProgram.start("/bin/ls", ["-l", "/proc/self/fd"], environment: [], output: scratch.path + "/output")
        waitpid(pid, nil, 0)
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
