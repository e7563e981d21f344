import Synchronization
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("the leases of trials")
struct TrialLeaseTests {
    /// What was discarded, and how long was waited for before; waiting takes no time.
    private final class World: Sendable {
        let discarded = AsyncStream.makeStream(of: String.self)
        let waits = Mutex<[Duration]>([])
        /// How often discarding fails at first.
        let failures = Mutex(0)

        func leases(sleeps: Bool = true) -> TrialLeases {
            TrialLeases {
                let fails = self.failures.withLock { count in
                    count -= 1
                    return count >= 0
                }
                self.discarded.continuation.yield($0)
                return !fails
            } sleep: { span in
                self.waits.withLock { $0.append(span) }
                if !sleeps { try await Task.sleep(for: .seconds(3600)) }
            }
        }

        func next() async throws -> String? {
            try await within("a trial that is discarded") { await self.discarded.stream.first { _ in true } }
        }
    }

    @Test("one that nobody takes is discarded, and again when that fails")
    func untaken() async throws {
        let world = World()
        world.failures.withLock { $0 = 1 }
        let leases = world.leases()
        await leases.expect("/trial")
        #expect(try await world.next() == "/trial")
        #expect(try await world.next() == "/trial")
        #expect(world.waits.withLock { $0 } == [TrialLeases.toTake, TrialLeases.toTake])
    }

    @Test("one that is held stays; when its holder has gone it is discarded")
    func held() async throws {
        let world = World()
        let leases = world.leases()
        let (took, taken) = AsyncStream.makeStream(of: Bool.self)
        let holder = Task {
            for await word in await leases.hold("/trial") { taken.yield(word) }
        }
        #expect(await took.first { _ in true } == true)
        await leases.expect("/trial")
        #expect(world.waits.withLock { $0 } == [])
        holder.cancel()
        #expect(try await world.next() == "/trial")
        #expect(world.waits.withLock { $0 } == [TrialLeases.toReturn])
    }

    @Test("one that was discarded by its own command is not waited for any more")
    func forgotten() async throws {
        let world = World()
        let leases = world.leases(sleeps: false)
        await leases.expect("/one")
        await leases.forget("/one")
        let other = world.leases()
        await other.expect("/two")
        #expect(try await world.next() == "/two")
    }
}
