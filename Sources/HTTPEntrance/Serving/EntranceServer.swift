internal import Glibc
package import JSONText
internal import NIOConcurrencyHelpers
package import NIOCore
package import NIOPosix
internal import ProcessControl

/// The listening side of an entrance and its event loops.
package struct EntranceServer: Sendable {
    private let clear: ClearListeners
    private let loops: [NIOLoopBound<EntranceLoop>]
    private let backends = NIOLockedValueBox<[Route.Endpoint: Backend]>([:])
    private let accessLog: AccessLog
    private let https: EntranceHTTPS
    let counters: EntranceCounters

    /// Listens on every address, on those for HTTPS when there is a certificate; nothing is routed yet. `log` is told what does not
    /// work, a line each.
    ///
    /// - Throws: ``EntranceListenError``.
    package static func start(
        listen: [SocketAddress], listenHTTPS: [SocketAddress] = [], accessLog path: String,
        limits: EntranceLimits = EntranceLimits(), trusted: TrustedProxies = TrustedProxies(),
        on group: MultiThreadedEventLoopGroup, log: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> EntranceServer {
        let counters = EntranceCounters()
        let accessLog = AccessLog(path: path)
        var loops: [NIOLoopBound<EntranceLoop>] = []
        for eventLoop in group.makeIterator() {
            loops.append(
                try await eventLoop.submit {
                    let loop = EntranceLoop(eventLoop, limits: limits, trusted: trusted, counters: counters, log: accessLog)
                    loop.start()
                    return NIOLoopBound(loop, eventLoop: eventLoop)
                }.get())
        }
        let clear = ClearListeners { [loops] address, leaving in
            try await bind(address, isTLS: false, sharing: leaving, loops, group)
        }
        try await clear.listen(listen)
        let https = EntranceHTTPS(listenHTTPS, loops, limits, log: log) { [loops] address in
            try await bind(address, isTLS: true, loops, group)
        }
        return EntranceServer(
            clear: clear, loops: loops, accessLog: accessLog, https: https, counters: counters)
    }

    /// Where it listens.
    package var addresses: [SocketAddress] { clear.addresses }

    /// Listens and believes as a configuration says from now on; what is open stays open. Not to be called again before it has returned.
    ///
    /// - Throws: ``EntranceListenError`` when it cannot listen somewhere; everything is as it was then.
    package func configure(_ configuration: EntranceConfiguration) async throws {
        let before = await https.places
        // What is taken in clear may be where HTTPS is taken now, and the other way round.
        await https.listen(at: before.filter(configuration.listenHTTPS.contains))
        do {
            try await clear.listen(configuration.listen)
        } catch {
            await https.listen(at: before)
            throw error
        }
        await https.listen(at: configuration.listenHTTPS)
        for loop in loops { try? await loop.eventLoop.submit { loop.value.trust(configuration.trusted) }.get() }
    }

    /// socket(7): several sockets at one port, where all of them agree.
    private static let sharesPort = ChannelOptions.socketOption(NIOBSDSocket.Option(rawValue: SO_REUSEPORT))

    private static func bind(
        _ address: SocketAddress, isTLS: Bool, sharing leaving: [any Channel] = [], _ loops: [NIOLoopBound<EntranceLoop>],
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        do {
            // One place may cover another, as 0.0.0.0 does 127.0.0.1: for the moment in which both are listened at, both agree to that.
            for channel in leaving { try? await channel.setOption(sharesPort, value: 1).get() }
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelOption(sharesPort, value: leaving.isEmpty ? 0 : 1)
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        guard let loop = loops.first(where: { $0.eventLoop === channel.eventLoop })?.value else { return }
                        let client = ClientHandler(loop, isTLS: isTLS)
                        if isTLS { try EntranceHTTPS.prepare(channel, for: client) }
                        try channel.pipeline.syncOperations.addHandler(client)
                    }
                }
                .bind(to: address).get()
        } catch let error as IOError {
            throw EntranceListenError(address: address, code: error.errnoCode)
        }
    }

    /// Where it listens for HTTPS now.
    package var httpsAddresses: [SocketAddress] { https.addresses }

    /// What does not work, a line each.
    package var problems: [String] { https.problems }

    /// Has every request that begins from now on take these routes, and every connection these certificates. Certificates that cannot
    /// be used are left out and stand among the ``problems``.
    ///
    /// - Throws: ``JSONProblem`` when an endpoint's address is none; everything is as it was then.
    package func use(_ table: RouteTable) async throws(JSONProblem) {
        let (routing, present) = try routing(table)
        // First, so that who is sent on to HTTPS finds it there.
        await https.use(table.certificates)
        for loop in loops { try? await loop.eventLoop.submit { loop.value.use(routing) }.get() }
        // Only now, when nobody takes a request to them any more: a route that changes all of its replicas at once never has none.
        retire(present)
        for loop in loops { try? await loop.eventLoop.submit { loop.value.closeLeaving() }.get() }
    }

    /// Those that no route names any more take no requests, and are forgotten when nothing is open to them.
    private func retire(_ present: Set<Route.Endpoint>) {
        backends.withLockedValue { backends in
            for (endpoint, backend) in backends where !present.contains(endpoint) { backend.leave(true) }
            backends = backends.filter { endpoint, backend in
                present.contains(endpoint) || backend.openRequests + backend.openTunnels > 0
            }
        }
    }

    private func routing(_ table: RouteTable) throws(JSONProblem) -> (RoutingTable, present: Set<Route.Endpoint>) {
        let known = backends.withLockedValue { $0 }
        var present: [Route.Endpoint: Backend] = [:]
        var entries: [RoutingTable.Entry] = []
        for route in table.routes {
            var members: [Backend] = []
            for endpoint in route.endpoints {
                do {
                    let backend = try present[endpoint] ?? known[endpoint] ?? Backend(endpoint)
                    present[endpoint] = backend
                    members.append(backend)
                } catch {
                    throw JSONProblem(path: "routes", problem: "\(endpoint.replica): no IP address: \(endpoint.address)")
                }
            }
            entries.append(RoutingTable.Entry(route, members))
        }
        for backend in present.values { backend.leave(false) }
        backends.withLockedValue { $0 = known.merging(present) { _, present in present } }
        return (RoutingTable(entries: entries), Set(present.keys))
    }

    /// How much is open to a replica: requests, and WebSockets.
    package func open(to replica: String) -> (requests: Int, tunnels: Int) {
        backends.withLockedValue { backends in
            backends.values.filter { $0.endpoint.replica == replica }
                .reduce((0, 0)) { ($0.0 + $1.openRequests, $0.1 + $1.openTunnels) }
        }
    }

    /// Has nothing open to a replica that takes no requests any more: waits for its requests, at most so long, then closes its
    /// WebSockets. Requests that are open even then are left to the replica.
    ///
    /// - Returns: how many those are.
    package func drain(_ replica: String, patience: Duration) async throws -> Int {
        let deadline = ContinuousClock.now + patience
        while open(to: replica).requests > 0 && ContinuousClock.now < deadline { try await Task.sleep(for: Self.look) }
        let left = open(to: replica).requests
        try await each { $0.closeTunnels(to: replica) }
        let farewell = ContinuousClock.now + .seconds(3)
        while open(to: replica).tunnels > 0 && ContinuousClock.now < farewell { try await Task.sleep(for: Self.look) }
        try await each { $0.cutTunnels(to: replica) }
        return left
    }

    private static let look = Duration.milliseconds(5)

    private func each(_ body: @escaping @Sendable (EntranceLoop) -> Void) async throws {
        for loop in loops { try await loop.eventLoop.submit { body(loop.value) }.get() }
    }

    /// Listens no more, and writes the last lines of the access log.
    package func stop() async {
        await clear.stop()
        await https.stop()
        for loop in loops {
            let lines = try? await loop.eventLoop.submit {
                loop.value.stop()
                return loop.value.takeLines()
            }.get()
            if let lines { await accessLog.append(lines) }
        }
    }
}

/// An address that cannot be listened on.
package struct EntranceListenError: Error, Sendable, CustomStringConvertible {
    /// The address.
    package let address: SocketAddress
    /// Why, as an errno.
    package let code: Int32

    /// What and why.
    package var description: String {
        code == EADDRINUSE
            ? "\(address.place) is taken by another process"
            : "\(address.place): \(IOError(errnoCode: code, reason: "bind"))"
    }
}

extension SocketAddress {
    /// `address:port`.
    package var place: String { "\(ipAddress ?? "?"):\(port ?? 0)" }
}
