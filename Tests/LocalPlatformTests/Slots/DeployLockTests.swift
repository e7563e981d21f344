import FleetModel
import Testing

@testable import LocalPlatform

@Suite("the deploy lock")
struct DeployLockTests {
    private func holder(_ who: String) -> LockHolder { LockHolder(who: who, since: Timestamp(milliseconds: 1)) }

    /// Reads a stream within a task, and lets go of it when told to.
    private func take(_ stream: AsyncStream<LockHolder?>) -> (heard: AsyncStream<LockHolder?>, task: Task<Void, Never>) {
        let (heard, hear) = AsyncStream.makeStream(of: LockHolder?.self)
        let task = Task {
            for await word in stream { hear.yield(word) }
            hear.finish()
        }
        return (heard, task)
    }

    private func first(_ stream: AsyncStream<LockHolder?>) async throws -> LockHolder? {
        let word = try await next(stream, "a word on the lock")
        return try #require(word)
    }

    @Test("who comes first has it at once; the others are told who, and get it in the order in which they came")
    func order() async throws {
        let locks = DeployLocks { Timestamp(milliseconds: 1) }
        let one = take(await locks.queue(for: Sample.key, holder("one")))
        #expect(try await first(one.heard) == nil)
        let two = take(await locks.queue(for: Sample.key, holder("two")))
        #expect(try await first(two.heard) == holder("one"))
        let three = take(await locks.queue(for: Sample.key, holder("three")))
        #expect(try await first(three.heard) == holder("one"))

        one.task.cancel()
        #expect(try await first(two.heard) == nil)
        #expect(try await first(three.heard) == holder("two"))
        two.task.cancel()
        #expect(try await first(three.heard) == nil)
        three.task.cancel()
    }

    @Test("whoever waits is told since when the lock is held, not since when its holder has waited for it")
    func since() async throws {
        let clock = TestClock()
        let locks = DeployLocks { clock.now() }
        let one = take(await locks.queue(for: Sample.key, holder("one")))
        #expect(try await first(one.heard) == nil)
        let two = take(await locks.queue(for: Sample.key, holder("two")))
        let begun = clock.now()
        #expect(try await first(two.heard) == LockHolder(who: "one", since: begun))
        clock.advance(by: .seconds(60))
        let three = take(await locks.queue(for: Sample.key, holder("three")))
        #expect(try await first(three.heard)?.since == begun)
        await locks.release(Sample.key, holder("one"))
        #expect(try await first(two.heard) == nil)
        #expect(try await first(three.heard) == LockHolder(who: "two", since: begun + .seconds(60)))
        for waiter in [one, two, three] { waiter.task.cancel() }
    }

    @Test("who gives up while waiting is passed over, and disturbs nobody")
    func givesUp() async throws {
        let locks = DeployLocks { Timestamp(milliseconds: 1) }
        let one = take(await locks.queue(for: Sample.key, holder("one")))
        #expect(try await first(one.heard) == nil)
        let two = take(await locks.queue(for: Sample.key, holder("two")))
        _ = try await first(two.heard)
        let three = take(await locks.queue(for: Sample.key, holder("three")))
        _ = try await first(three.heard)
        two.task.cancel()
        await two.task.value
        one.task.cancel()
        #expect(try await first(three.heard) == nil)
        three.task.cancel()
    }

    @Test("a lock that is released goes to the next at once, although its stream is still read")
    func released() async throws {
        let locks = DeployLocks { Timestamp(milliseconds: 1) }
        let one = take(await locks.queue(for: Sample.key, holder("one")))
        #expect(try await first(one.heard) == nil)
        let two = take(await locks.queue(for: Sample.key, holder("two")))
        #expect(try await first(two.heard) == holder("one"))
        await locks.release(Sample.key, holder("somebody else"))
        await locks.release(AppKey(app: "other"), holder("one"))
        await locks.release(Sample.key, holder("one"))
        #expect(try await first(two.heard) == nil)
        // That the first stream ends now takes nothing from the second.
        one.task.cancel()
        await one.task.value
        let three = take(await locks.queue(for: Sample.key, holder("three")))
        #expect(try await first(three.heard) == holder("two"))
        await locks.release(Sample.key, holder("two"))
        #expect(try await first(three.heard) == nil)
        two.task.cancel()
        three.task.cancel()
    }

    @Test("a lock that was let go can be had again, and other apps have locks of their own")
    func again() async throws {
        let locks = DeployLocks { Timestamp(milliseconds: 1) }
        let other = take(await locks.queue(for: AppKey(app: "other"), holder("other")))
        #expect(try await first(other.heard) == nil)
        for name in ["one", "two", "three"] {
            let lock = take(await locks.queue(for: Sample.key, holder(name)))
            var word = try await first(lock.heard)
            // The one before may not quite have left yet.
            if word != nil { word = try await first(lock.heard) }
            #expect(word == nil)
            lock.task.cancel()
            await lock.task.value
        }
        other.task.cancel()
    }
}
