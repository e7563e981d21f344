public import HTTPMessage
public import NIOCore

/// Bounds of an entrance. Times are without any progress.
public struct EntranceLimits: Sendable {
    /// A request's head.
    public var head = HeadLimits()
    /// Octets of a request's body, where the route has no bound of its own: 1 GiB.
    public var body: UInt64 = 1 << 30
    /// Open connections of clients; more are closed at once.
    public var connections = 10_000
    /// From a request's first octet to the end of its head.
    public var headTime = TimeAmount.seconds(15)
    /// Between two requests of a connection.
    public var idleTime = TimeAmount.seconds(75)
    /// For a client that sends a body, or reads an answer.
    public var clientTime = TimeAmount.seconds(60)
    /// For a replica to accept a connection.
    public var connectTime = TimeAmount.seconds(2)
    /// For a replica to begin its answer.
    public var answerTime = TimeAmount.seconds(60)
    /// Between two pieces of an answer.
    public var streamTime = TimeAmount.minutes(5)
    /// For a WebSocket.
    public var tunnelTime = TimeAmount.hours(1)
    /// For a client to read the last answer before its connection is cut.
    public var lingerTime = TimeAmount.seconds(2)
    /// Between two attempts to listen for HTTPS where something else does.
    public var listenTime = TimeAmount.seconds(10)
    /// For both ends of a WebSocket that is drained to close it.
    public var farewellTime = TimeAmount.seconds(2)
    /// How long an idle connection to a replica is kept; less than the idle time of Cowboy and Bandit, which is 60 s.
    public var poolTime = TimeAmount.seconds(20)
    /// How long a connection may have been idle for a request that must not be sent twice.
    public var freshTime = TimeAmount.seconds(1)
    /// Idle connections to one replica, for each event loop.
    public var poolSize = 128
    /// From a request's first attempt to its last one, where replicas cannot be reached.
    public var attemptTime = TimeAmount.seconds(10)
    /// For an answer to go on after the client has ended its side.
    public var farewellStreamTime = TimeAmount.seconds(2)
    /// Between two looks whether a client that has ended its side, and whose answer has not begun, is still there.
    public var probeTime = TimeAmount.seconds(5)

    /// The bounds of an entrance that nobody told otherwise.
    public init() {}
}
