internal import DNSMessage
internal import Glibc
public import NIOCore
internal import NIOPosix

/// A name server over UDP and TCP: its zone, whole, at any moment, and what others know through forwarding.
public final class DNSServer: Sendable {
    /// What a server is bound to, and bounded by.
    public struct Limits: Sendable {
        /// TCP connections at once; one more closes the one that has asked nothing for longest.
        public var connections = 128
        /// How long a TCP connection may be without a complete query.
        public var idleTime = TimeAmount.seconds(10)
        /// Queries handed on at once; more are answered SERVFAIL.
        public var forwarded = 512
        /// Queries handed on at once for one TCP connection; the next waits.
        public var forwardedPerConnection = 32
        /// How long a server asked is waited for before the next is asked as well.
        public var forwardingPatience = TimeAmount.seconds(1)
        /// After how long a query that nobody has answered is answered SERVFAIL.
        public var forwardingTime = TimeAmount.milliseconds(4_500)

        /// The limits that are used unless others are given.
        public init() {}
    }

    /// Where the server listens, over UDP and TCP.
    public let addresses: [SocketAddress]
    private let exchange: Exchange
    private let bound: Binder.Bound
    private let threads: NIOThreadPool
    private let serverAddresses: [IPAddress]

    private init(exchange: Exchange, bound: Binder.Bound, threads: NIOThreadPool, serverAddresses: [IPAddress]) {
        addresses = bound.addresses
        self.exchange = exchange
        self.bound = bound
        self.threads = threads
        self.serverAddresses = serverAddresses
    }

    /// Listens on all addresses and serves the zone from the first query on.
    ///
    /// TCP and forwarding run on one event loop of the group, UDP on a thread for each address, as that was measured to be
    /// faster. With port 0 a free port is taken, the same for UDP and TCP.
    ///
    /// - Throws: ``ZoneError``; ``ListenError`` when an address cannot be bound, with which and why.
    public static func start(
        _ zone: Zone, listen: [SocketAddress], upstreams: Upstreams, limits: Limits = Limits(), on group: any EventLoopGroup
    ) async throws -> DNSServer {
        let serverAddresses = listen.compactMap { $0.ipAddress.flatMap { IPAddress($0) } }
        let index = try ZoneIndex(zone, serverAddresses: serverAddresses)
        let exchange = Exchange(Answerer(index, forwards: false))
        let loop = group.next()
        let binder = Binder(exchange: exchange, upstreams: upstreams, limits: limits, loop: loop)
        let (bound, threads) = try await binder.bind(listen)
        return DNSServer(exchange: exchange, bound: bound, threads: threads, serverAddresses: serverAddresses)
    }

    /// Serves another zone: when this returns, every query is answered out of it.
    ///
    /// - Throws: ``ZoneError`` when it cannot be served; the zone served before stays.
    public func serve(_ zone: Zone) throws(ZoneError) {
        exchange.serve(try prepare(zone))
    }

    /// Makes a zone ready to be served, without serving it.
    func prepare(_ zone: Zone) throws(ZoneError) -> ZoneIndex {
        try ZoneIndex(zone, serverAddresses: serverAddresses)
    }

    func serve(_ index: ZoneIndex) {
        exchange.serve(index)
    }

    /// The serial of the zone that is served.
    public var serial: UInt32 { exchange.serial }

    /// What has been asked and answered.
    public var counters: QueryCounters { exchange.counters }

    /// Stops listening. Returns when the ports are free.
    public func stop() async {
        for socket in bound.sockets { socket.stop() }
        for listener in bound.listeners { try? await listener.close() }
        try? await threads.shutdownGracefully()
    }
}

/// An address that cannot be listened on.
public struct ListenError: Error, CustomStringConvertible {
    /// The address.
    public let address: SocketAddress
    /// `udp` or `tcp`.
    public let transport: String
    /// Whether somebody else has it already.
    public let isInUse: Bool
    /// What the system says.
    public let reason: String

    init(_ address: SocketAddress, _ transport: String, code: Int32) {
        self.address = address
        self.transport = transport
        isInUse = code == EADDRINUSE
        reason = String(cString: strerror(code))
    }

    /// One line of what and why.
    public var description: String {
        let place = "\(address.ipAddress ?? "?"):\(address.port ?? 0)/\(transport)"
        return isInUse ? "\(place) is taken by another process" : "cannot listen on \(place): \(reason)"
    }
}
