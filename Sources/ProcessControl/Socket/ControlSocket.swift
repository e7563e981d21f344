internal import Glibc
package import JSONText
package import NIOCore
internal import NIOPosix

/// A Unix socket over which a process is told what to do: a line of JSON for each order, a line for each answer, in order.
package struct ControlSocket: Sendable {
    /// What is answered to an order.
    package struct Answer: Sendable {
        /// The line.
        package var json: JSONValue
        /// Whether the process ends when the answer has left.
        package var ends: Bool

        /// An answer.
        package init(_ json: JSONValue, ends: Bool = false) {
            self.json = json
            self.ends = ends
        }

        /// Why it could not be done, where that is what it says.
        package var refusal: String? {
            guard case .object(let members) = json, case .object(let error)? = members["error"],
                case .string(let message)? = error["message"]
            else { return nil }
            return message
        }

        /// It could not be done: a stable word and one line.
        package static func failure(_ code: String, _ message: String) -> Answer {
            Answer(.object(["error": .object(["code": .string(code), "message": .string(message)])]))
        }
    }

    /// The longest path that a Unix socket can have on Linux, in octets.
    package static let maximumPath = 107

    private let path: String
    private let server: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>

    /// Listens with mode 0600; the socket file of a dead predecessor is replaced.
    package static func bind(_ path: String, on group: any EventLoopGroup) async throws -> ControlSocket {
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineSplitter()))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        guard chmod(path, 0o600) == 0 else { throw FileBytes.Failure("chmod", path) }
        return ControlSocket(path: path, server: server)
    }

    /// Answers until an answer ends it, or its task is cancelled; the socket file is gone then. What `answer` throws about the order
    /// is told as `bad_request`.
    package func serve(
        log: @escaping @Sendable (String) -> Void, _ answer: @escaping @Sendable (JSONNode) async throws(JSONProblem) -> Answer
    ) async throws {
        defer { unlink(path) }
        let (stops, stop) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await server.executeThenClose { connections in
                        try await withThrowingDiscardingTaskGroup { handlers in
                            for try await connection in connections {
                                handlers.addTask { await Self.serve(connection, stop, log, answer) }
                            }
                        }
                    }
                }
                group.addTask { for await _ in stops { return } }
                try await group.next()
                group.cancelAll()
            }
        } catch is CancellationError {
            // Asked to stop by whoever runs this.
        }
    }

    private static func serve(
        _ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ stop: AsyncStream<Void>.Continuation, _ log: (String) -> Void,
        _ answer: (JSONNode) async throws(JSONProblem) -> Answer
    ) async {
        do {
            try await connection.executeThenClose { lines, replies in
                do {
                    for try await line in lines {
                        let reply = await reply(to: line, answer)
                        try await replies.write(ByteBuffer(bytes: reply.json.bytes + [UInt8(ascii: "\n")]))
                        if reply.ends {
                            stop.yield()
                            return
                        }
                    }
                } catch let error as LineSplitter.LineTooLong {
                    let refusal = Answer.failure("too_long", error.description)
                    try await replies.write(ByteBuffer(bytes: refusal.json.bytes + [UInt8(ascii: "\n")]))
                }
            }
        } catch is CancellationError {
        } catch {
            log("control connection ended: \(error)")
        }
    }

    private static func reply(
        to line: ByteBuffer, _ answer: (JSONNode) async throws(JSONProblem) -> Answer
    ) async -> Answer {
        do throws(JSONProblem) {
            return try await answer(JSONNode(JSONReader.read(Array(line.readableBytesView))))
        } catch {
            return .failure("bad_request", error.description)
        }
    }
}
