internal import HTTPMessage
internal import NIOCore
internal import NIOSSL

/// What the connections of one event loop share; only ever touched on it.
final class EntranceLoop {
    let eventLoop: any EventLoop
    let limits: EntranceLimits
    /// Who is believed where a request came from.
    private(set) var trusted: TrustedProxies
    let counters: EntranceCounters
    private let accessLog: AccessLog
    private(set) var routing = RoutingTable.empty
    /// What new connections for HTTPS are served with; nil without a certificate.
    var tls: NIOSSLContext?
    /// The hosts that there are certificates for.
    var certificates = CertificateChoice([])
    /// Where clients that asked in clear may be sent to; empty while HTTPS is not listened for.
    var httpsAddresses: [SocketAddress] = []
    private var balancer = Balancer()
    let pool: UpstreamPool
    private var clients: [ObjectIdentifier: ClientHandler] = [:]
    private var clock = WallClock()
    private var lines = ByteBuffer()
    private var requestIDs = RequestIDs()
    private var ticks: RepeatedTask?

    /// How often deadlines are looked at and log lines are handed on.
    private static let tick = TimeAmount.milliseconds(500)
    private static let mostWaitingLines = 64 << 10

    init(
        _ eventLoop: any EventLoop, limits: EntranceLimits, trusted: TrustedProxies, counters: EntranceCounters, log: AccessLog
    ) {
        self.eventLoop = eventLoop
        self.limits = limits
        self.trusted = trusted
        self.counters = counters
        accessLog = log
        pool = UpstreamPool(limits: limits)
    }

    /// Begins to look at deadlines.
    func start() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ticks = eventLoop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { _ in bound.value.look() }
    }

    /// Ends that.
    func stop() { ticks?.cancel() }

    /// Requests that begin from now on believe these.
    func trust(_ trusted: TrustedProxies) {
        self.trusted = trusted
        for client in Array(clients.values) { client.trustChanged() }
    }

    // MARK: Routes

    /// Requests that begin from now on take these routes.
    func use(_ routing: RoutingTable) {
        self.routing = routing
    }

    /// Connections to replicas that take no requests any more are of no use.
    func closeLeaving() { pool.closeLeaving() }

    /// The replica for a request.
    func choose(_ entry: RoutingTable.Entry, tried: [Backend]) -> Backend? {
        balancer.choose(entry.backends, tried: tried, now: .now())
    }

    // MARK: Connections

    func opened(_ client: ClientHandler) { clients[ObjectIdentifier(client)] = client }

    func closed(_ client: ClientHandler) { clients[ObjectIdentifier(client)] = nil }

    /// Closes the WebSockets to a replica as RFC 6455 has it.
    func closeTunnels(to replica: String) {
        for client in Array(clients.values) { client.drainTunnel(to: replica) }
    }

    /// Cuts what is still open to a replica, WebSockets only.
    func cutTunnels(to replica: String) {
        for client in Array(clients.values) { client.cutTunnel(to: replica) }
    }

    private func look() {
        let now = NIODeadline.now()
        for client in Array(clients.values) { client.look(at: now) }
        pool.closeIdle(now)
        flushLog()
    }

    // MARK: Access log

    /// A name for a request that has none.
    func newRequestID() -> String { requestIDs.next() }

    func note(_ entry: AccessEntry) {
        entry.write(into: &lines)
        if lines.readableBytes > Self.mostWaitingLines { flushLog() }
    }

    func timeOfDay() -> String { clock.now() }

    func flushLog() {
        guard lines.readableBytes > 0 else { return }
        let written = lines
        lines = ByteBuffer()
        let accessLog = accessLog
        Task { await accessLog.append(written) }
    }

    /// The lines that were not handed on yet.
    func takeLines() -> ByteBuffer {
        defer { lines = ByteBuffer() }
        return lines
    }
}

/// Names for requests: 24 characters, as a plug for request ids accepts them.
struct RequestIDs {
    private var generator = SystemRandomNumberGenerator()
    private var prefix: UInt64
    private var count: UInt64 = 0

    init() {
        var generator = SystemRandomNumberGenerator()
        prefix = generator.next()
        self.generator = generator
    }

    /// A name that no other request of this process has, and that cannot be guessed from another.
    mutating func next() -> String {
        count &+= 1
        // A step of splitmix64: from one random number, many that look like it (Steele, Lea, Flood 2014).
        var mixed = prefix &+ count &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Self.hexadecimal(mixed ^ mixed >> 31, digits: 16) + Self.hexadecimal(count, digits: 8)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func hexadecimal(_ number: UInt64, digits count: Int) -> String {
        String(unsafeUninitializedCapacity: count) { octets in
            for index in 0..<count { octets[index] = digits[Int(number >> UInt64(4 * (count - 1 - index)) & 15)] }
            return count
        }
    }
}
