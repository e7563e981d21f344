internal import HTTPMessage
internal import NIOCore

/// One request and what has become of it so far.
final class Exchange {
    let head: RequestHead
    var entry: RoutingTable.Entry
    let origin: RequestOrigin
    let startedAt = NIODeadline.now()
    /// The request's body, as far as it was read.
    var body: BodyReader
    /// The first piece of a chunked body: no replica is asked before the chunks have shown that they are some.
    var firstPiece: ByteBuffer?
    /// Whether every octet of the request was written.
    var isSent = false
    var octetsIn: UInt64 = 0
    var octetsOut: UInt64 = 0
    /// The replicas that were asked, the present one last.
    var tried: [Backend] = []
    /// Whether it was sent to another replica although the first may have seen it.
    var isRepeated = false
    var upstream: UpstreamHandler?
    /// Whether the answer's head was written to the client.
    var hasAnswer = false
    var status = 0
    /// How the answer's end is marked for the client.
    var framing = BodyFraming.none
    /// Whether the answer is a stream of events, which nobody reads who has ended his side.
    var isEventStream = false
    /// When it was last looked whether a client that says no more still reads.
    var probedAt: NIODeadline?
    /// Whether another request may follow.
    var keepsAlive: Bool

    init(_ head: RequestHead, _ entry: RoutingTable.Entry, _ origin: RequestOrigin) {
        self.head = head
        self.entry = entry
        self.origin = origin
        body = BodyReader(head.framing)
        keepsAlive = head.keepsAlive
    }

    /// The replica that is asked.
    var backend: Backend? { tried.last }

    /// Whether doing it twice does no harm, as far as its method says.
    var isHarmless: Bool { head.method.isIdempotent && head.framing == .none }

    /// Whether it can be sent to another replica although one may have seen it: once, for what ends one replica may end each.
    var mayRepeat: Bool { isHarmless && !isRepeated }

    /// How many octets its body may have.
    func bodyLimit(_ limits: EntranceLimits) -> UInt64 { entry.route.maximumBody ?? limits.body }
}

/// A WebSocket: octets that go both ways as they are.
final class Tunnel {
    let exchange: Exchange
    let upstream: UpstreamHandler
    let backend: Backend
    var toClient = FrameTracker()
    var toReplica = FrameTracker()
    /// Whether it is being closed because its replica leaves.
    var isDraining = false
    /// Whether the client was sent our close frame, and the replica.
    var hasToldClient = false
    var hasToldReplica = false
    /// When it is cut, whatever is still to be said.
    var cutAt: NIODeadline?

    init(_ exchange: Exchange, _ upstream: UpstreamHandler, _ backend: Backend) {
        self.exchange = exchange
        self.upstream = upstream
        self.backend = backend
    }
}
