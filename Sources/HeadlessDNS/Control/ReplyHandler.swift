internal import NIOCore

/// Gives each reply line to the call that waits longest.
final class ReplyHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Call
    typealias OutboundOut = ByteBuffer

    struct Call: Sendable {
        var line: ByteBuffer
        var reply: EventLoopPromise<ByteBuffer>
    }

    private var waiting = CircularBuffer<EventLoopPromise<ByteBuffer>>()
    private var failure = NameServerClientError(.closed, "the connection to the name server is closed")
    private var isClosed = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let call = unwrapOutboundIn(data)
        guard !isClosed else {
            call.reply.fail(failure)
            promise?.fail(failure)
            return
        }
        waiting.append(call.reply)
        context.write(wrapOutboundOut(call.line), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let promise = waiting.popFirst() else { return context.close(promise: nil) }
        promise.succeed(unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = NameServerClientError(.closed, "the connection to the name server broke: \(error)")
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        while let promise = waiting.popFirst() { promise.fail(failure) }
    }
}

/// A call to a name server that did not go well.
public struct NameServerClientError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Code: Hashable, Sendable {
        /// A stable word.
        public let name: String

        /// Nobody listens on the socket.
        public static let notRunning = Code(name: "not_running")
        /// No reply within the time.
        public static let timedOut = Code(name: "timed_out")
        /// The connection ended before the reply.
        public static let closed = Code(name: "closed")
        /// The server would not: ``NameServerClientError/serverCode`` says why.
        public static let refused = Code(name: "refused")
        /// The reply is not one.
        public static let badReply = Code(name: "bad_reply")
    }

    /// What kind of failure it is.
    public let code: Code
    /// One line of what and why.
    public let message: String
    /// With `refused`: the server's own stable word (`bad_request`, `bad_zone`, `not_stored`, `too_long`).
    public let serverCode: String?

    init(_ code: Code, _ message: String, serverCode: String? = nil) {
        self.code = code
        self.message = message
        self.serverCode = serverCode
    }

    /// The message.
    public var description: String { message }
}
