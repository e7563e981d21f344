internal import DNSMessage
internal import NIOCore

/// Hands queries for other zones on to the host's own resolvers. Lives on one event loop.
///
/// Without any server to ask a query is REFUSED at once: this server has nothing to say about that name, and a client
/// goes on to its next resolver. When servers are there but do not answer it is SERVFAIL, as that may pass.
final class Forwarder {
    private let exchange: Exchange
    private let limits: DNSServer.Limits
    private let loop: any EventLoop
    private let upstreams: Upstreams
    private var list: UpstreamList
    private var underWay = 0

    init(_ exchange: Exchange, _ upstreams: Upstreams, _ limits: DNSServer.Limits, on loop: any EventLoop) {
        self.exchange = exchange
        self.limits = limits
        self.loop = loop
        self.upstreams = upstreams
        list = UpstreamList(.none, own: [])
    }

    /// Begins to hand on. `own` are the addresses of this server, which are never asked.
    func start(own: [SocketAddress]) {
        list = UpstreamList(upstreams, own: own)
        switch upstreams {
        case .none: exchange.setForwards(false)
        case .servers: exchange.setForwards(!list.current(now: loop.now).isEmpty)
        case .resolvConf: exchange.setForwards(true)
        }
    }

    /// Hands a query on. `reply` is called once, on the event loop, at the latest when the time for it is up.
    func forward(
        _ query: ByteBuffer, _ view: QueryView, over transport: Answerer.Transport, reply: @escaping (ByteBuffer) -> Void
    ) {
        // A copy: the query is a slice of a receive buffer, which is not to be held for seconds.
        let query = ByteBuffer(bytes: query.readableBytesView)
        let servers = list.current(now: loop.now)
        guard !servers.isEmpty else { return reply(exchange.refuse(query, view, .refused)) }
        guard underWay < limits.forwarded else {
            exchange.count { $0.forwardingFailed += 1 }
            return reply(exchange.refuse(query, view, .serverFailure))
        }
        underWay += 1
        let machine = ForwardedQuery(query, view, over: transport, serverCount: servers.count) { .random(in: 0...(.max)) }
        ForwardingTask(machine, servers, limits, on: loop) { [self] response in
            underWay -= 1
            if response == nil { exchange.count { $0.forwardingFailed += 1 } }
            reply(response ?? exchange.refuse(query, view, .serverFailure))
        }
        .handle(.started)
    }
}
