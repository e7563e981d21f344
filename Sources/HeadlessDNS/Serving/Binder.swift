internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Binds the sockets of a server, all on one event loop.
struct Binder {
    let exchange: Exchange
    let upstreams: Upstreams
    let limits: DNSServer.Limits
    let loop: any EventLoop

    struct Bound {
        var addresses: [SocketAddress] = []
        var channels: [any Channel] = []
    }

    /// What the handlers share, none of which may leave the event loop.
    private struct Shared {
        let forwarder: Forwarder
        let connections: ConnectionTable
    }

    func bind(_ addresses: [SocketAddress]) async throws -> Bound {
        var bound = Bound()
        let shared = try await loop.submit { [exchange, upstreams, limits, loop] in
            NIOLoopBound(
                Shared(
                    forwarder: Forwarder(exchange, upstreams, limits, on: loop),
                    connections: ConnectionTable(limit: limits.connections)),
                eventLoop: loop)
        }.get()
        do {
            for address in addresses { try await bind(address, shared, into: &bound) }
            let own = bound.addresses
            try await loop.submit { shared.value.forwarder.start(own: own) }.get()
            return bound
        } catch {
            for channel in bound.channels { try? await channel.close() }
            throw error
        }
    }

    private func bind(_ address: SocketAddress, _ shared: NIOLoopBound<Shared>, into bound: inout Bound) async throws {
        let udp = try await named(address, "udp") { try await bindDatagrams(address, shared) }
        bound.channels.append(udp)
        guard let local = udp.localAddress else { throw ChannelError.unknownLocalAddress }
        let tcp = try await named(local, "tcp") { try await bindStreams(local, shared) }
        bound.channels.append(tcp)
        bound.addresses.append(local)
    }

    private func bindDatagrams(_ address: SocketAddress, _ shared: NIOLoopBound<Shared>) async throws -> any Channel {
        let count = 64
        let room = 2_048
        return try await DatagramBootstrap(group: loop)
            // Without SO_REUSEADDR: for UDP it would let a second server take the port in silence.
            .channelOption(.datagramVectorReadMessageCount, value: count)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: count * room))
            .channelInitializer { [exchange] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(exchange, shared.value.forwarder))
                }
            }
            .bind(to: address).get()
    }

    private func bindStreams(_ address: SocketAddress, _ shared: NIOLoopBound<Shared>) async throws -> any Channel {
        try await ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { [exchange, limits] channel in
                channel.eventLoop.makeCompletedFuture {
                    let shared = shared.value
                    try channel.pipeline.syncOperations.addHandler(
                        StreamHandler(exchange, shared.forwarder, shared.connections, limits))
                }
            }
            .bind(to: address).get()
    }

    private func named(
        _ address: SocketAddress, _ transport: String, _ bind: () async throws -> any Channel
    ) async throws -> any Channel {
        do {
            return try await bind()
        } catch let error as IOError {
            throw ListenError(
                address: address, transport: transport, isInUse: error.errnoCode == EADDRINUSE, reason: "\(error)")
        }
    }
}
