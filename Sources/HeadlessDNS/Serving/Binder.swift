internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Binds the sockets of a server and puts their handlers and threads to work.
struct Binder {
    let exchange: Exchange
    let upstreams: Upstreams
    let limits: DNSServer.Limits
    let loop: any EventLoop

    struct Bound {
        var sockets: [DatagramSocket] = []
        var listeners: [any Channel] = []

        var addresses: [SocketAddress] { sockets.map(\.address) }
    }

    /// What the handlers share, none of which may leave the event loop.
    private struct Shared {
        let forwarder: Forwarder
        let connections: ConnectionTable
    }

    func bind(_ addresses: [SocketAddress]) async throws -> (Bound, NIOThreadPool) {
        let shared = try await loop.submit { [exchange, upstreams, limits, loop] in
            NIOLoopBound(
                Shared(
                    forwarder: Forwarder(exchange, upstreams, limits, on: loop),
                    connections: ConnectionTable(limit: limits.connections)),
                eventLoop: loop)
        }.get()
        var bound = Bound()
        do {
            for address in addresses {
                let socket = try DatagramSocket(bindingTo: address)
                bound.sockets.append(socket)
                bound.listeners.append(try await listen(socket.address, shared))
            }
        } catch {
            for socket in bound.sockets { socket.close() }
            for listener in bound.listeners { try? await listener.close() }
            throw error
        }
        let (own, sockets) = (bound.addresses, bound.sockets)
        let workers = try await loop.submit { [exchange, limits, loop] in
            let forwarder = shared.value.forwarder
            forwarder.start(own: own)
            return sockets.map {
                DatagramWorker(
                    $0, exchange, NIOLoopBound(forwarder, eventLoop: loop), limit: limits.forwarded, on: loop)
            }
        }.get()
        let threads = NIOThreadPool(numberOfThreads: workers.count)
        threads.start()
        for worker in workers { threads.submit { _ in worker.run() } }
        return (bound, threads)
    }

    private func listen(_ address: SocketAddress, _ shared: NIOLoopBound<Shared>) async throws -> any Channel {
        do {
            return try await ServerBootstrap(group: loop)
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
        } catch let error as IOError {
            throw ListenError(address, "tcp", code: error.errnoCode)
        }
    }
}
