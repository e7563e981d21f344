import NIOCore
import Synchronization

/// What is run in a container.
public struct ExecCommand: Hashable, Sendable {
    /// The program and its arguments.
    public var words: [String]
    /// Nil: the pod's only one.
    public var container: String?
    /// Whether it has a standard input.
    public var hasInput: Bool
    /// Whether it has a terminal; then there is no standard error of its own.
    public var hasTerminal: Bool

    /// Makes one.
    public init(_ words: [String], container: String? = nil, hasInput: Bool = false, hasTerminal: Bool = false) {
        (self.words, self.container) = (words, container)
        (self.hasInput, self.hasTerminal) = (hasInput, hasTerminal)
    }

    var query: [(String, String)] {
        words.map { ("command", $0) } + (container.map { [("container", $0)] } ?? []) + [
            ("stdin", "\(hasInput)"), ("stdout", "true"), ("stderr", "\(!hasTerminal)"), ("tty", "\(hasTerminal)"),
        ]
    }
}

extension KubernetesClient {
    /// Runs a program in a container and hands it over; when `body` ends, so does the connection, and with it the program's input.
    ///
    /// - Parameter timeout: How long it may take until it runs.
    public func exec<Value: Sendable>(
        _ command: ExecCommand, in pod: String, namespace: String? = nil, timeout: Duration = .seconds(10),
        body: @escaping @Sendable (ExecSession) async throws -> Value
    ) async throws -> Value {
        let path = path(.pods, namespace, pod, subresource: "exec") + Query.text(command.query)
        let made = Handover()
        let channel = try await openWebSocket(path, ExecChannels.subprotocols, timeout: timeout) { channel, subprotocol in
            channel.eventLoop.makeCompletedFuture {
                let wrapped = try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                made.set(wrapped, ExecChannels(subprotocol: subprotocol))
            }
        }
        guard let (wrapped, channels) = made.take() else {
            channel.close(promise: nil)
            throw KubernetesError(.streamFailed, "the connection to the program was not made")
        }
        return try await wrapped.executeThenClose { inbound, outbound in
            try await body(ExecSession(channels: channels, inbound: inbound, writer: outbound))
        }
    }
}

/// What the channel's own thread makes and the task takes.
private final class Handover: Sendable {
    private let value = Mutex<(NIOAsyncChannel<ByteBuffer, ByteBuffer>, ExecChannels)?>(nil)

    func set(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ channels: ExecChannels) {
        value.withLock { $0 = (channel, channels) }
    }

    func take() -> (NIOAsyncChannel<ByteBuffer, ByteBuffer>, ExecChannels)? {
        value.withLock { value in
            defer { value = nil }
            return value
        }
    }
}
