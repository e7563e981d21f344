import FleetModel
import FleetStore
import Synchronization
import Testing

@testable import LocalPlatform

@Suite("a stranger on a replica's port")
struct TakenPortTests {
    @Test("a replica that starts again where somebody else listens by now gets another slot; one whose slot is free keeps it")
    func moved() async throws {
        let bench = try Bench()
        let taken = Mutex<Set<Int>>([])
        let daemon = try await TestDaemon(bench.machine, store: bench.store, clock: bench.clock, scratch: bench.scratch) {
            _, ports in
            taken.withLock { $0.isDisjoint(with: ports) }
        }
        _ = try await daemon.fleet.deploy(Sample.request(Sample.spec(web: 1)))
        let before = try #require(try await daemon.complete().replicas.first)

        bench.machine.end(before.name, signal: 9)
        let again = try await daemon.status("it runs again") { $0.replicas.first?.restarts == 1 && $0.rollout.isComplete }
        #expect(again.replicas.first?.slot == before.slot)

        taken.withLock { _ = $0.insert(before.slot.port) }
        bench.clock.advance(by: .seconds(700))
        bench.machine.end(before.name, signal: 9)
        let moved = try await daemon.status("it runs elsewhere") { $0.replicas.first?.restarts == 2 && $0.rollout.isComplete }
        let after = try #require(moved.replicas.first)
        #expect(after.name == before.name && after.slot != before.slot && after.node == "hello@\(after.slot.address)")
        #expect(try bench.written().replicas.first?.slot == after.slot)
    }

    @Test("a port is not free where somebody listens on it at another address, but for distribution's")
    func anywhere() throws {
        let listener = try Listener("127.94.7.7", 20_986)
        #expect(!PortProbe.isFree("127.94.7.8", [20_986]))
        #expect(!PortProbe.isFree("127.94.7.7", [20_986]))
        let distribution = try Listener("127.94.7.7", UInt16(Distribution.port))
        #expect(PortProbe.isFree("127.94.7.8", [Distribution.port]))
        #expect(!PortProbe.isFree("127.94.7.7", [Distribution.port]))
        listener.end()
        distribution.end()
        #expect(PortProbe.isFree("127.94.7.8", [20_986]))
    }
}
