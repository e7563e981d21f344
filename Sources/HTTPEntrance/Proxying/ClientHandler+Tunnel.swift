internal import HTTPMessage
internal import NIOCore

extension ClientHandler {
    /// The replica has agreed to a WebSocket.
    func openTunnel(_ exchange: Exchange) {
        guard let upstream = exchange.upstream, let backend = exchange.backend else { return }
        let tunnel = Tunnel(exchange, upstream, backend)
        backend.tunnelBegan()
        state = .tunnel(tunnel)
        let early = upstream.becomeTunnel()
        if early.readableBytes > 0 { tunnelled(early) }
        flush()
        let waiting = incoming
        incoming = ByteBuffer()
        if waiting.readableBytes > 0 {
            pass(waiting, toReplicaOf: tunnel)
            upstream.flush()
        }
        if inputEnded { endTunnel(tunnel) }
        resumeReading()
        if backend.isLeaving { drain(tunnel) }
    }

    /// Octets from the client.
    func pass(_ octets: ByteBuffer, toReplicaOf tunnel: Tunnel) {
        var octets = octets
        tunnel.exchange.octetsIn += UInt64(octets.readableBytes)
        if tunnel.hasToldReplica { return awaitFarewell(octets, tunnel) }
        let stops = tunnel.isDraining && !tunnel.hasToldReplica
        let length = octets.withUnsafeReadableBytes { tunnel.toReplica.follow($0, stopsBetween: stops) }
        if let passed = octets.readSlice(length: length) { tunnel.upstream.write(passed) }
        guard stops else { return }
        tellReplica(tunnel)
        if tunnel.hasToldReplica { awaitFarewell(octets, tunnel) }
    }

    /// The client's close frame answers ours: the farewell is complete then.
    private func awaitFarewell(_ octets: ByteBuffer, _ tunnel: Tunnel) {
        octets.withUnsafeReadableBytes { _ = tunnel.toReplica.follow($0) }
        if tunnel.toReplica.sawClose { linger(tunnel) }
    }

    /// Octets from the replica.
    func tunnelled(_ octets: ByteBuffer) {
        guard case .tunnel(let tunnel) = state else { return }
        touch()
        guard !tunnel.hasToldClient else { return }
        var octets = octets
        let length = octets.withUnsafeReadableBytes { tunnel.toClient.follow($0, stopsBetween: tunnel.isDraining) }
        guard let passed = octets.readSlice(length: length) else { return }
        tunnel.exchange.octetsOut += UInt64(passed.readableBytes)
        write(passed)
        if tunnel.isDraining { tellClient(tunnel) }
    }

    /// The replica sends no more: the client is told by the end of its own stream, and has a moment to answer.
    func tunnelEndedByReplica() {
        guard case .tunnel(let tunnel) = state, !tunnel.hasToldClient else { return }
        tunnel.cutAt = .now() + loop.limits.farewellTime
        flush()
        if inputEnded { closeTunnelWhenWritten(tunnel) } else { context?.close(mode: .output, promise: nil) }
    }

    /// The connection to the replica is gone.
    func tunnelCut() {
        guard case .tunnel(let tunnel) = state else { return }
        if tunnel.hasToldClient { return }
        finish(tunnel, problem: nil)
        linger()
    }

    /// The client has ended its side: half a WebSocket is none (RFC 6455, 7.2). What it said last still reaches the replica, which has a
    /// moment to end its own side.
    func endTunnel(_ tunnel: Tunnel) {
        let last = NIODeadline.now() + loop.limits.farewellTime
        tunnel.cutAt = tunnel.cutAt.map { min($0, last) } ?? last
        tunnel.upstream.flush()
        tunnel.upstream.endOutput()
    }

    private func closeTunnelWhenWritten(_ tunnel: Tunnel) {
        finish(tunnel, problem: nil)
        closeWhenWritten()
    }

    // MARK: Draining

    /// Closes the WebSocket if it is to this replica.
    func drainTunnel(to replica: String) {
        if case .tunnel(let tunnel) = state, tunnel.backend.endpoint.replica == replica { drain(tunnel) }
    }

    /// Cuts the WebSocket if it is to this replica.
    func cutTunnel(to replica: String) {
        if case .tunnel(let tunnel) = state, tunnel.backend.endpoint.replica == replica { cut() }
    }

    /// Sends both ends a close frame between two of their frames, as soon as there is such a place.
    private func drain(_ tunnel: Tunnel) {
        guard !tunnel.isDraining else { return }
        tunnel.isDraining = true
        tunnel.cutAt = .now() + loop.limits.farewellTime
        tellClient(tunnel)
        tellReplica(tunnel)
        flush()
        tunnel.upstream.flush()
    }

    private static let farewell = "the replica is being replaced"

    private func tellClient(_ tunnel: Tunnel) {
        guard tunnel.toClient.isBetweenFrames, !tunnel.hasToldClient, !tunnel.toClient.sawClose else { return }
        tunnel.hasToldClient = true
        write(CloseFrame.fromServer(CloseFrame.goingAway, reason: Self.farewell))
        flush()
    }

    private func tellReplica(_ tunnel: Tunnel) {
        guard tunnel.toReplica.isBetweenFrames, !tunnel.hasToldReplica, !tunnel.toReplica.sawClose else { return }
        tunnel.hasToldReplica = true
        tunnel.upstream.write(
            CloseFrame.fromClient(CloseFrame.goingAway, reason: Self.farewell, mask: .random(in: 0...UInt32.max)))
        tunnel.upstream.flush()
    }

    private func linger(_ tunnel: Tunnel) {
        guard case .tunnel = state else { return }
        finish(tunnel, problem: nil)
        linger()
    }

    /// A WebSocket is over.
    func finish(_ tunnel: Tunnel, problem: String?) {
        tunnel.backend.tunnelEnded()
        tunnel.upstream.close()
        loop.counters.requestAnswered()
        note(tunnel.exchange, 101, problem)
    }
}
