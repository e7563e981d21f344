public import ExternalTermFormat

/// The bounds within which a connection works.
public struct ConnectionSettings: Hashable, Sendable {
    /// The largest message, in bytes, that is sent or kept. A larger one that comes in is skipped without being stored.
    public var maximumMessageBytes: Int
    /// How many calls may wait for an answer at once.
    public var maximumPendingCalls: Int
    /// How many bytes may wait to be taken by the operating system.
    public var maximumUnsentBytes: Int
    /// What is decoded of an answer at most.
    public var terms: TermLimits
    /// Erlang's `net_ticktime`: a peer of which nothing is heard for this long is given up (after at most 1.25 times of it).
    /// A sign of life is sent whenever we were silent for a quarter of it. At least 40 ms.
    public var tickTime: Duration

    /// Sets bounds; unnamed ones keep their defaults: messages of 16 MiB, 4,096 calls, 32 MiB unsent, 60 s.
    public init(
        maximumMessageBytes: Int = 16 << 20, maximumPendingCalls: Int = 4_096, maximumUnsentBytes: Int = 32 << 20,
        terms: TermLimits = TermLimits(), tickTime: Duration = .seconds(60)
    ) {
        self.maximumMessageBytes = maximumMessageBytes
        self.maximumPendingCalls = maximumPendingCalls
        self.maximumUnsentBytes = maximumUnsentBytes
        self.terms = terms
        self.tickTime = max(tickTime, .milliseconds(40))
    }
}
