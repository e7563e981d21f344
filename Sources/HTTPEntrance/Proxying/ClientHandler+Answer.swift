internal import HTTPMessage
internal import NIOCore

extension ClientHandler {
    // MARK: A replica's answer

    /// An interim answer, such as 103 Early Hints. HTTP/1.0 knows none.
    func relay(interim head: ResponseHead) {
        guard case .exchange(let exchange) = state, exchange.head.version == .http11 else { return }
        touch()
        var octets = ByteBuffer()
        ResponseWriter.write(head, framing: .none, to: .http11, keepsAlive: true, into: &octets)
        write(octets)
    }

    /// The head of the answer.
    func relay(_ head: ResponseHead) throws(HTTPProblem) {
        guard case .exchange(let exchange) = state else { return }
        guard head.status != 101 || (head.opensWebSocket && exchange.head.opensWebSocket) else {
            throw HTTPProblem(502, "a change of protocol that nobody asked for")
        }
        touch()
        exchange.hasAnswer = true
        exchange.status = head.status
        exchange.framing = ResponseWriter.framing(of: head, to: exchange.head.version)
        exchange.isEventStream = head.isEventStream
        if exchange.framing == .untilClose || !exchange.isSent { exchange.keepsAlive = false }
        var octets = ByteBuffer()
        octets.reserveCapacity(head.octets.readableBytes + 64)
        ResponseWriter.write(
            head, framing: exchange.framing, to: exchange.head.version, keepsAlive: exchange.keepsAlive, into: &octets)
        write(octets)
        if head.opensWebSocket { return openTunnel(exchange) }
        if inputEnded && exchange.isEventStream { context?.close(promise: nil) }
    }

    /// A piece of the answer's body.
    func relay(_ piece: ByteBuffer) {
        guard case .exchange(let exchange) = state else { return }
        touch()
        exchange.octetsOut += UInt64(piece.readableBytes)
        guard exchange.framing == .chunked else { return write(piece) }
        write(ChunkWriter.head(of: piece.readableBytes))
        write(piece)
        write(ChunkWriter.tail)
    }

    /// The answer is whole.
    func answered() {
        guard case .exchange(let exchange) = state else { return }
        exchange.upstream = nil
        if exchange.framing == .chunked { write(ChunkWriter.last) }
        let goesOn = exchange.keepsAlive && exchange.isSent
        finish(exchange, status: exchange.status, problem: nil)
        guard goesOn else { return linger() }
        state = .idle
        flush()
        process()
        resumeReading()
    }

    // MARK: The entrance's own answers

    /// Nobody could make sense of what came.
    func refuse(_ problem: HTTPProblem) {
        write(refusal(problem))
        linger()
    }

    /// What is said of that; it is counted, and stands in the log.
    func refusal(_ problem: HTTPProblem, title: String? = nil) -> ByteBuffer {
        loop.counters.requestRefused()
        let answer = Answer(status: problem.status, title: title ?? "The request is malformed: \(problem.reason).")
        let id = loop.newRequestID()
        loop.note(
            AccessEntry(
                time: loop.timeOfDay(), client: peer, method: "", host: "", path: "", status: problem.status, octetsIn: 0,
                octetsOut: 0, microseconds: 0, requestID: id, problem: problem.reason))
        return answer.response(asHTML: false, isHead: false, keepsAlive: false, requestID: id)
    }

    /// No route has this host and path.
    func answerUnknown(_ head: RequestHead, _ path: String, _ origin: RequestOrigin) {
        let id = origin.requestID
        let host = head.host.isEmpty ? "no host" : "'\(head.host.prefix(100))'"
        var answer = Answer(status: 404, title: "No app is known by \(host) here.")
        if isConfidant {
            let hosts = loop.routing.hosts
            let place = isTLS ? "https://" : "http://"
            let port = context?.channel.localAddress?.port.map { $0 == (isTLS ? 443 : 80) ? "" : ":\($0)" } ?? ""
            answer.lines =
                hosts.isEmpty ? ["No app with http is deployed."] : hosts.prefix(50).map { place + "\($0)\(port)" }
        }
        loop.counters.requestAnswered()
        loop.note(
            AccessEntry(
                time: loop.timeOfDay(), client: origin.client, method: head.text(head.methodText), host: head.host, path: path,
                status: 404,
                octetsIn: 0, octetsOut: 0, microseconds: 0, requestID: id, problem: "no route"))
        let keepsAlive = head.keepsAlive && head.framing == .none
        write(answer.response(asHTML: Self.wantsHTML(head), isHead: head.method == .head, keepsAlive: keepsAlive, requestID: id))
        if keepsAlive { flush() } else { linger() }
    }

    /// No replica takes the request.
    func answerUnavailable(_ exchange: Exchange) {
        let app = exchange.entry.route.app
        let hasTried = !exchange.tried.isEmpty
        var answer = Answer(
            status: hasTried ? 502 : 503,
            title: hasTried
                ? "No replica of \(app) could be reached."
                : exchange.entry.route.isStopped ? "\(app) is stopped." : "\(app) has no replica that is ready.")
        if isConfidant {
            let next = exchange.entry.route.isStopped ? "beamctl restart \(app)" : "beamctl status \(app)"
            answer.lines = exchange.entry.route.notes + [next]
        }
        own(answer, exchange, endsRequest: false)
    }

    /// The request cannot be answered by a replica any more.
    func giveUp(_ exchange: Exchange, _ status: Int, _ why: String) {
        exchange.upstream?.close()
        exchange.upstream = nil
        own(Answer(status: status, title: why), exchange, endsRequest: true)
    }

    /// Answers a request that no replica was asked for.
    func answerItself(_ answer: Answer, _ exchange: Exchange) { own(answer, exchange, endsRequest: false) }

    /// Answers in a replica's place. `endsRequest` says that a replica is still counted as asked.
    private func own(_ answer: Answer, _ exchange: Exchange, endsRequest: Bool) {
        guard !exchange.hasAnswer else {
            finish(exchange, status: exchange.status, problem: answer.title, isCounted: endsRequest)
            state = .idle
            return cut()
        }
        let keepsAlive = exchange.keepsAlive && exchange.head.framing == .none
        let octets = answer.response(
            asHTML: Self.wantsHTML(exchange.head), isHead: exchange.head.method == .head, keepsAlive: keepsAlive,
            requestID: exchange.origin.requestID)
        write(octets)
        finish(exchange, status: answer.status, problem: answer.title, isCounted: endsRequest)
        guard keepsAlive else { return linger() }
        state = .idle
        flush()
        process()
        resumeReading()
    }

    private static func wantsHTML(_ head: RequestHead) -> Bool {
        head.value(of: "accept")?.contains("text/html") ?? false
    }

    // MARK: Books

    /// A request is over: it is no longer counted, and stands in the log.
    func finish(_ exchange: Exchange, status: Int, problem: String?, isCounted: Bool = true) {
        if isCounted { exchange.backend?.requestEnded() }
        loop.counters.requestAnswered()
        note(exchange, status, problem)
    }

    func note(_ exchange: Exchange, _ status: Int, _ problem: String?) {
        loop.note(
            AccessEntry(
                time: loop.timeOfDay(), client: exchange.origin.client, method: exchange.head.text(exchange.head.methodText),
                host: exchange.head.host, path: exchange.head.text(exchange.head.path), status: status,
                octetsIn: exchange.octetsIn, octetsOut: exchange.octetsOut,
                microseconds: (NIODeadline.now() - exchange.startedAt).nanoseconds / 1000, requestID: exchange.origin.requestID,
                app: exchange.entry.route.app, replica: exchange.backend?.endpoint.replica, problem: problem))
    }
}
