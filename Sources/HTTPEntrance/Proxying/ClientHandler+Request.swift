internal import HTTPMessage
internal import NIOCore
internal import NIOPosix

extension ClientHandler {
    /// A request has come.
    func begin(_ head: RequestHead) {
        let path = head.text(head.path)
        let origin = RequestOrigin(head, from: peer, isTrusted: isTrusted, loop.trusted) { loop.newRequestID() }
        guard let entry = loop.routing.entry(host: head.host, path: path) else { return answerUnknown(head, path, origin) }
        let exchange = Exchange(head, entry, origin)
        state = .exchange(exchange)
        if redirect(exchange) { return }
        if case .length(let length) = head.framing, length > exchange.bodyLimit(loop.limits) { return refuseBody(exchange) }
        if head.framing == .chunked && !head.expectsContinue { return }
        send(exchange)
    }

    private func refuseBody(_ exchange: Exchange) {
        giveUp(exchange, 413, "a body of more than \(exchange.bodyLimit(loop.limits)) bytes")
    }

    /// Asks the next replica.
    private func send(_ exchange: Exchange) {
        // Another attempt takes the routes as they are by now.
        if !exchange.tried.isEmpty,
            let entry = loop.routing.entry(host: exchange.head.host, path: exchange.head.text(exchange.head.path))
        {
            exchange.entry = entry
        }
        let isLate = !exchange.tried.isEmpty && exchange.startedAt + loop.limits.attemptTime < .now()
        guard !isLate, let backend = loop.choose(exchange.entry, tried: exchange.tried) else {
            return answerUnavailable(exchange)
        }
        exchange.tried.append(backend)
        backend.requestBegan()
        // A connection that has gone stale must not use up the only attempt that is left.
        let freshness = exchange.mayRepeat ? loop.limits.poolTime : loop.limits.freshTime
        if !exchange.isRepeated, let upstream = loop.pool.take(backend, within: freshness, now: .now()) {
            attach(upstream, to: exchange)
        } else {
            connect(to: backend, for: exchange)
        }
    }

    private func connect(to backend: Backend, for exchange: Exchange) {
        let upstream = UpstreamHandler(backend, loop)
        let bound = NIOLoopBound(upstream, eventLoop: loop.eventLoop)
        ClientBootstrap(group: loop.eventLoop)
            .connectTimeout(loop.limits.connectTime)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(to: backend.address)
            .assumeIsolated()
            .whenComplete { result in
                guard case .exchange(let current) = self.state, current === exchange else { return upstream.close() }
                switch result {
                case .success: self.attach(upstream, to: exchange)
                case .failure(let error): self.failed(.unreachable("\(error)"))
                }
            }
    }

    private func attach(_ upstream: UpstreamHandler, to exchange: Exchange) {
        exchange.upstream = upstream
        upstream.begin(self, exchange.head.method)
        var octets = ByteBuffer()
        octets.reserveCapacity(exchange.head.octets.readableBytes + 256)
        RequestWriter.write(exchange.head, provenance(of: exchange), into: &octets)
        upstream.write(octets)
        touch()
        if exchange.head.framing == .none { exchange.isSent = true } else { pumpBody(of: exchange) }
        upstream.flush()
        resumeReading()
    }

    /// Passes on as much of the body as has come and the replica can take.
    func pumpBody(of exchange: Exchange) {
        do throws(HTTPProblem) {
            try pump(exchange)
        } catch {
            loop.counters.requestRefused()
            giveUp(exchange, error.status, "The request is malformed: \(error.reason).")
        }
    }

    private func pump(_ exchange: Exchange) throws(HTTPProblem) {
        if let first = exchange.firstPiece, let upstream = exchange.upstream {
            exchange.firstPiece = nil
            pass(first, of: exchange, to: upstream)
        }
        while !exchange.isSent, case .exchange(let current) = state, current === exchange {
            let upstream = exchange.upstream
            // Before a replica is asked, a chunked body is looked into; any other waits for the replica.
            guard upstream?.isWritable ?? (exchange.tried.isEmpty && exchange.firstPiece == nil) else { return }
            switch try exchange.body.next(&incoming) {
            case .needsMore:
                // The rest of the body comes no more.
                if inputEnded { context?.close(promise: nil) }
                return
            case .piece(let piece):
                exchange.octetsIn += UInt64(piece.readableBytes)
                guard exchange.octetsIn <= exchange.bodyLimit(loop.limits) else { return refuseBody(exchange) }
                if let upstream {
                    pass(piece, of: exchange, to: upstream)
                } else {
                    exchange.firstPiece = piece
                    send(exchange)
                }
            case .end:
                if upstream == nil { return sendEmptyBody(exchange) }
                if exchange.head.framing == .chunked { upstream?.write(ChunkWriter.last) }
                exchange.isSent = true
                upstream?.flush()
            }
        }
    }

    /// A chunked body that ended before a replica was asked is empty: its last chunk is written with the head.
    private func sendEmptyBody(_ exchange: Exchange) {
        exchange.firstPiece = ByteBuffer()
        send(exchange)
    }

    private func pass(_ piece: ByteBuffer, of exchange: Exchange, to upstream: UpstreamHandler) {
        guard exchange.head.framing == .chunked else { return upstream.write(piece) }
        guard piece.readableBytes > 0 else { return }
        upstream.write(ChunkWriter.head(of: piece.readableBytes))
        upstream.write(piece)
        upstream.write(ChunkWriter.tail)
    }

    /// The replica can take more of the body.
    func upstreamBecameWritable() {
        touch()
        process()
        if case .exchange(let exchange) = state { exchange.upstream?.flush() }
        resumeReading()
    }

    /// The replica could not answer.
    func failed(_ failure: UpstreamFailure) {
        guard case .exchange(let exchange) = state, let backend = exchange.backend else { return }
        exchange.upstream = nil
        guard !exchange.hasAnswer else {
            finish(exchange, status: exchange.status, problem: "the replica's answer broke off")
            state = .idle
            return cut()
        }
        switch failure {
        case .unreachable:
            backend.shun(now: .now())
            backend.requestEnded()
            send(exchange)
        case .endedSilently:
            guard exchange.mayRepeat else {
                let another = exchange.isRepeated ? ", and so did another before it" : ""
                return giveUp(exchange, 502, "The replica closed the connection\(another).")
            }
            exchange.isRepeated = true
            backend.requestEnded()
            send(exchange)
        case .ended:
            giveUp(exchange, 502, "The replica closed the connection within its answer.")
        case .garbled(let problem):
            giveUp(exchange, 502, "The replica's answer is no HTTP: \(problem.reason).")
        }
    }

    /// Whether every octet of the request under way was sent on.
    var hasSentRequest: Bool {
        guard case .exchange(let exchange) = state else { return false }
        return exchange.isSent
    }
}
