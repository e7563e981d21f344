package import JSONText
package import NIOCore
internal import NIOPosix

/// Speaks to a ``ControlSocket``.
///
/// One connection: calls may overlap and are answered in order. After a call that failed with ``ControlError`` other than
/// ``ControlError/Code/refused`` the connection is closed; to connect again is the caller's business.
package struct ControlClient: Sendable {
    private let channel: any Channel
    private let timeout: TimeAmount

    /// Connects to the socket at a path. `timeout` is how long each call, this one too, may take.
    ///
    /// - Throws: ``ControlError`` with the code `notRunning` when nobody listens there.
    package static func connect(
        socketPath: String, timeout: TimeAmount, on group: any EventLoopGroup
    ) async throws -> ControlClient {
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
            return ControlClient(channel: channel, timeout: timeout)
        } catch {
            throw ControlError(.notRunning, "nothing listens on \(socketPath): \(error)")
        }
    }

    /// The answer to an order.
    ///
    /// - Throws: ``ControlError``; with `refused` the connection goes on.
    package func call(_ order: JSONValue) async throws -> JSONNode {
        let bytes = try await exchange(ByteBuffer(bytes: order.bytes + [UInt8(ascii: "\n")]))
        return try Self.reading { () throws(JSONProblem) in
            JSONNode(try JSONReader.read(Array(bytes.readableBytesView)))
        }.answer
    }

    /// Reads an answer. One that says something else than it should is a ``ControlError``, too.
    package static func reading<Value>(_ read: () throws(JSONProblem) -> Value) throws(ControlError) -> Value {
        do throws(JSONProblem) {
            return try read()
        } catch {
            throw ControlError(.badReply, "the reply cannot be read: \(error)")
        }
    }

    /// Ends the connection; calls under way fail with `closed`.
    package func close() async {
        try? await channel.close()
    }

    /// Returns when the connection has ended, whoever ended it: at once when the process is killed.
    package func untilClosed() async {
        try? await channel.closeFuture.get()
    }

    private func exchange(_ line: ByteBuffer) async throws -> ByteBuffer {
        guard line.readableBytes <= LineSplitter.maximumLength else {
            let limit = LineSplitter.LineTooLong(limit: LineSplitter.maximumLength)
            throw ControlError(.refused, limit.description, serverCode: "too_long")
        }
        let promise = channel.eventLoop.makePromise(of: ByteBuffer.self)
        let timer = channel.eventLoop.scheduleTask(in: timeout) { [channel, timeout] in
            promise.fail(ControlError(.timedOut, "no reply within \(timeout.nanoseconds / 1_000_000) ms"))
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        channel.writeAndFlush(ReplyHandler.Call(line: line, reply: promise)).whenFailure { error in
            promise.fail(ControlError(.closed, "the control connection is closed: \(error)"))
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
            channel.close(promise: nil)
        }
    }
}

extension JSONNode {
    /// This reply, when it is no refusal.
    fileprivate var answer: JSONNode {
        get throws {
            let refusal = try ControlClient.reading { () throws(JSONProblem) -> ControlError? in
                guard let error = try optional("error") else { return nil }
                let code = try error.member("code").string()
                return ControlError(.refused, try error.member("message").string(), serverCode: code)
            }
            if let refusal { throw refusal }
            return self
        }
    }
}
