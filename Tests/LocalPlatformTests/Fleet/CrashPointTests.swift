import FleetModel
import FleetStore
import Foundation
import Synchronization
import Testing

@testable import LocalPlatform

/// The daemon dies at every step that it takes outside itself, and another one makes the best of what is left.
@Suite("fleet: the daemon dies at each step", .serialized)
struct CrashPointTests {
    /// What is left after a death: the store's files and the machine.
    struct Remains: Sendable {
        var step: String
        var files: [String: Data]
        var machine: Machine.State
    }

    @Test("of a deploy, a second one, a scaling, a crash and a destroy: what is wanted comes true, and no slot runs twice")
    func everyStep() async throws {
        let all = try await remains()
        #expect(all.count > 30, "there are fewer steps than a deploy has")
        for (number, remains) in all.enumerated() {
            do {
                try await revive(remains)
            } catch {
                Issue.record("died at step \(number) (\(remains.step)): \(error)")
            }
        }
        print("fleet: the daemon died at \(all.count) steps")
    }

    /// Lives a life in full, and keeps what would be left at each step.
    private func remains() async throws -> [Remains] {
        let bench = try Bench()
        let kept = Mutex<[Remains]>([])
        let (machine, store) = (bench.machine, bench.store)
        machine.onStep.withLock { onStep in
            onStep = { step in
                let remains = Remains(step: step, files: Self.files(of: store), machine: machine.copy())
                kept.withLock { kept in
                    let isNew =
                        kept.last.map {
                            $0.files != remains.files || $0.machine.starts != remains.machine.starts
                                || $0.machine.running != remains.machine.running
                        } ?? true
                    if isNew { kept.append(remains) }
                }
            }
        }
        let daemon = try await bench.daemon()
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        let first = try await daemon.complete().replicas[0].name
        machine.end(first, code: 1, at: bench.clock.now())
        try await daemon.status("the restart") { $0.rollout.isComplete && $0.replicas.contains { $0.restarts == 1 } }
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 2)))
        try await daemon.complete()
        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 3)
        try await daemon.complete()
        _ = try await daemon.fleet.scale(Sample.key, process: nil, replicas: 1)
        try await daemon.complete()
        try await daemon.fleet.destroy(Sample.key)
        try await daemon.gone()
        #expect(machine.now.violations == [])
        return kept.withLock { $0 }
    }

    private static func files(of store: String) -> [String: Data] {
        var files: [String: Data] = [:]
        for end in ["", "-wal"] { files[end] = FileManager.default.contents(atPath: store + end) }
        return files
    }

    private func revive(_ remains: Remains) async throws {
        let scratch = try Scratch()
        let store = scratch.path + "/state.sqlite"
        for (end, data) in remains.files { try data.write(to: URL(filePath: store + end)) }
        let wanted = try FleetStore(path: store).load().deployments.first
        var state = remains.machine
        state.violations = []
        let machine = Machine(folder: scratch.path, state)
        let daemon = try await TestDaemon(machine, store: store)
        switch wanted?.intent {
        case .run:
            let names = try await daemon.complete().replicas.map(\.name).sorted()
            try await machine.until("exactly the replicas that are wanted") { $0.running == names }
            #expect(names.count == wanted?.scale["web"])
        case .destroy, nil:
            try await daemon.gone()
            #expect(machine.now.running == [])
            #expect(try FleetStore(path: store).load().replicas == [])
        case .stop: break
        }
        #expect(machine.now.violations == [], "died at \(remains.step)")
        await daemon.die()
    }
}
