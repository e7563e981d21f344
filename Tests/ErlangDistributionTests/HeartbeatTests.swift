import Testing

@testable import ErlangDistribution

@Suite("Heartbeat")
struct HeartbeatTests {
    @Test("a peer is given up after four quarters without a sound, and not before")
    func silence() {
        var heartbeat = Heartbeat()
        _ = heartbeat.handle(.heard)
        let actions = (0..<5).map { _ in heartbeat.handle(.quarterEnded) }
        #expect(actions == [.sendTick, .sendTick, .sendTick, .sendTick, .giveUp])
    }

    @Test("a sound in each tick time keeps a peer, for ever")
    func alive() {
        var heartbeat = Heartbeat()
        for quarter in 0..<100 {
            if quarter % 4 == 0 { _ = heartbeat.handle(.heard) }
            #expect(heartbeat.handle(.quarterEnded) != .giveUp)
        }
    }

    @Test("a sign of life is sent only in quarters in which nothing else was")
    func economy() {
        var heartbeat = Heartbeat()
        _ = heartbeat.handle(.heard)
        _ = heartbeat.handle(.spoke)
        #expect(heartbeat.handle(.quarterEnded) == .none)
        #expect(heartbeat.handle(.quarterEnded) == .sendTick)
    }

    @Test("a tick is answered at once when we were silent, and two of our kind do not answer each other for ever")
    func ticks() {
        var (left, right) = (Heartbeat(), Heartbeat())
        #expect(left.handle(.quarterEnded) == .sendTick)
        #expect(right.handle(.heardTick) == .sendTick)
        #expect(left.handle(.heardTick) == .none)
    }

    @Test("each tick of a peer that says nothing else is answered")
    func onlyTicks() {
        var heartbeat = Heartbeat()
        for _ in 0..<5 {
            #expect(heartbeat.handle(.heardTick) == .sendTick)
            #expect(heartbeat.handle(.quarterEnded) == .none)
        }
    }
}
