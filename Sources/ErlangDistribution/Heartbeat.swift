/// Decides when to give a sign of life, and when to give up a peer that gives none.
///
/// A value without a clock: its owner tells it what happened, and when a quarter of the tick time is over. Source: `kernel`,
/// `net_ticktime` and `net_tickintensity` (4).
struct Heartbeat {
    enum Event {
        /// Something came in.
        case heard
        /// A tick came in.
        case heardTick
        /// Something was sent, other than the ticks that are asked for here.
        case spoke
        /// A quarter of the tick time is over.
        case quarterEnded
    }

    enum Action {
        case sendTick, giveUp, none
    }

    /// How many quarters without a sound make a peer silent.
    private static let patience = 4

    private var hasHeard = false
    private var hasSpoken = false
    private var hasSpokenSinceTick = false
    private var silentQuarters = 0

    mutating func handle(_ event: Event) -> Action {
        switch event {
        case .heard:
            hasHeard = true
            return .none
        case .spoke:
            hasSpoken = true
            hasSpokenSinceTick = true
            return .none
        case .heardTick: return answerTick()
        case .quarterEnded: return endQuarter()
        }
    }

    /// A peer may have a shorter tick time than ours, so its tick is answered at once; but not when we spoke since its last
    /// one, or two of our kind would answer each other for ever.
    private mutating func answerTick() -> Action {
        hasHeard = true
        defer { hasSpokenSinceTick = false }
        guard !hasSpokenSinceTick else { return .none }
        hasSpoken = true
        return .sendTick
    }

    private mutating func endQuarter() -> Action {
        silentQuarters = hasHeard ? 0 : silentQuarters + 1
        hasHeard = false
        if silentQuarters >= Self.patience { return .giveUp }
        defer { hasSpoken = false }
        guard !hasSpoken else { return .none }
        hasSpokenSinceTick = true
        return .sendTick
    }
}
