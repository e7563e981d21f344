public import NIOCore
internal import NIOPosix

/// Tells a name server its zone, over its control socket.
///
/// One connection: calls may overlap and are answered in order. After a call that failed with ``NameServerClientError``
/// other than ``NameServerClientError/Code/refused`` the connection is closed; to connect again is the caller's business.
public struct NameServerClient: Sendable {
    private let channel: any Channel
    private let timeout: TimeAmount

    /// Connects to the socket at a path. `timeout` is how long each call, this one too, may take.
    ///
    /// - Throws: ``NameServerClientError`` with the code `notRunning` when nobody listens there.
    public static func connect(
        socketPath: String, timeout: TimeAmount = .seconds(5), on group: any EventLoopGroup
    ) async throws -> NameServerClient {
        do {
            let channel = try await ClientBootstrap(group: group)
                .connectTimeout(timeout)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers([
                            ByteToMessageHandler(LineSplitter()), ReplyHandler(),
                        ])
                    }
                }
                .connect(unixDomainSocketPath: socketPath).get()
            return NameServerClient(channel: channel, timeout: timeout)
        } catch {
            throw NameServerClientError(.notRunning, "no name server listens on \(socketPath): \(error)")
        }
    }

    /// Has a zone written down and served.
    ///
    /// - Returns: the serial of the zone once every query is answered out of it.
    /// - Throws: ``NameServerClientError``; with `refused` the zone served before stays.
    @discardableResult
    public func apply(_ zone: Zone) async throws -> UInt32 {
        guard case .serial(let serial) = try await call(.apply(zone)) else {
            throw NameServerClientError(.badReply, "no serial in the reply to apply")
        }
        return serial
    }

    /// How the server is.
    ///
    /// - Throws: ``NameServerClientError``.
    public func status() async throws -> NameServerStatus {
        guard case .status(let status) = try await call(.status) else {
            throw NameServerClientError(.badReply, "no status in the reply")
        }
        return status
    }

    /// Has the server stop. It answers first, and then stops listening and exits.
    ///
    /// - Throws: ``NameServerClientError``.
    public func stop() async throws {
        _ = try await call(.stop)
    }

    /// Ends the connection; calls under way fail with `closed`.
    public func close() async {
        try? await channel.close()
    }

    /// Returns when the connection has ended, whoever ended it: at once when the server is killed.
    public func untilClosed() async {
        try? await channel.closeFuture.get()
    }

    private func call(_ request: ControlRequest) async throws -> ControlReply {
        let bytes = try await exchange(ByteBuffer(bytes: request.json.bytes + [UInt8(ascii: "\n")]))
        let reply: ControlReply
        do throws(JSONProblem) {
            reply = try ControlReply(JSONNode(JSONReader.read(Array(bytes.readableBytesView))))
        } catch {
            throw NameServerClientError(.badReply, "the reply cannot be read: \(error)")
        }
        if case .failure(let code, let message) = reply {
            throw NameServerClientError(.refused, message, serverCode: code)
        }
        return reply
    }

    private func exchange(_ line: ByteBuffer) async throws -> ByteBuffer {
        guard line.readableBytes <= LineSplitter.maximumLength else {
            let limit = LineSplitter.LineTooLong(limit: LineSplitter.maximumLength)
            throw NameServerClientError(.refused, limit.description, serverCode: "too_long")
        }
        let promise = channel.eventLoop.makePromise(of: ByteBuffer.self)
        let timer = channel.eventLoop.scheduleTask(in: timeout) { [channel, timeout] in
            promise.fail(NameServerClientError(.timedOut, "no reply within \(timeout.nanoseconds / 1_000_000) ms"))
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        channel.writeAndFlush(ReplyHandler.Call(line: line, reply: promise)).whenFailure { error in
            promise.fail(NameServerClientError(.closed, "the connection to the name server is closed: \(error)"))
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
            channel.close(promise: nil)
        }
    }
}
