public import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// A server that did not take a WebSocket, and what it answered instead.
public struct WebSocketRefused: Error, Sendable {
    /// The answer; at most 64 KiB of its body.
    public let answer: HTTPAnswer
}

/// A WebSocket that its other end closed while it was being opened.
public struct WebSocketEnded: Error, Hashable, Sendable {}

/// Puts into a channel what is to take its messages.
///
/// - Parameters:
///   - channel: Hands over one `ByteBuffer` for each message of the other end, text or binary, and takes one for each to be sent.
///   - subprotocol: The one that the server chose.
public typealias WebSocketConfiguration =
    @Sendable (_ channel: any Channel, _ subprotocol: String?) -> EventLoopFuture<Void>

extension HTTPTransport {
    /// Opens a WebSocket (RFC 6455) on a connection of its own.
    ///
    /// Each message in or out is one `ByteBuffer` of the channel; pings are answered; closing the channel sends a close frame first.
    ///
    /// - Parameters:
    ///   - subprotocols: Those that are understood, the best one first.
    ///   - timeout: For all of it: the proxy, TLS, the server's answer.
    ///   - longestMessage: The longest that is taken in; a longer one ends the connection with ``WebSocketTooLong``.
    /// - Throws: ``WebSocketRefused``, ``WebSocketEnded``, ``HTTPFailure``, `CancellationError`.
    public func openWebSocket(
        _ call: HTTPCall, subprotocols: [String], timeout: Duration, longestMessage: Int = 8 << 20,
        configure: @escaping WebSocketConfiguration
    ) async throws -> any Channel {
        let opening = WebSocketOpening(
            call: call, subprotocols: subprotocols, proxy: proxy, places: places, longestMessage: longestMessage,
            configure: configure)
        do {
            return try await opening.run(timeout: timeout)
        } catch let refused as WebSocketRefused {
            throw refused
        } catch let ended as WebSocketEnded {
            throw ended
        } catch {
            throw HTTPFailure.translated(error, of: call)
        }
    }
}

/// One attempt to open a WebSocket. Whoever cancels the task closes the channel, and so does the end of time.
private final class WebSocketOpening: Sendable {
    private enum Outcome: Sendable {
        case open
        case refused(EventLoopFuture<HTTPAnswer>)
    }

    private enum State {
        case unfinished((any Channel)?)
        case ended(any Error)
        case done
    }

    private let call: HTTPCall
    private let subprotocols: [String]
    private let proxy: HTTPProxy?
    private let places: [String: String]
    private let longestMessage: Int
    private let configure: WebSocketConfiguration
    private let state = Mutex(State.unfinished(nil))

    init(
        call: HTTPCall, subprotocols: [String], proxy: HTTPProxy?, places: [String: String], longestMessage: Int,
        configure: @escaping WebSocketConfiguration
    ) {
        (self.call, self.subprotocols, self.proxy, self.places) = (call, subprotocols, proxy, places)
        (self.longestMessage, self.configure) = (longestMessage, configure)
    }

    func run(timeout: Duration) async throws -> any Channel {
        let timer = MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: timeout.timeAmount) {
            self.end(ChannelError.connectTimeout(timeout.timeAmount))
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            do {
                return try await open(timeout.timeAmount)
            } catch {
                // What closed the channel says more than that it was closed.
                if case .ended(let reason) = state.withLock({ $0 }) { throw reason }
                end(error)
                throw error
            }
        } onCancel: {
            end(CancellationError())
        }
    }

    private func end(_ error: any Error) {
        let channel: (any Channel)? = state.withLock { state in
            guard case .unfinished(let channel) = state else { return nil }
            state = .ended(error)
            return channel
        }
        channel?.close(promise: nil)
    }

    private func open(_ timeout: TimeAmount) async throws -> any Channel {
        let upgrade = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Outcome.self)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // An end that comes together with the answer is read after what came before it was handed on.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.prepare(channel, upgrade) }
            }
        let channel: any Channel
        do {
            channel = try await connect(bootstrap)
        } catch {
            upgrade.fail(error)
            throw error
        }
        switch try await upgrade.futureResult.get() {
        case .open:
            let isOurs = state.withLock { state in
                guard case .unfinished = state else { return false }
                state = .done
                return true
            }
            guard isOurs else { throw CancellationError() }
            return channel
        case .refused(let answer): throw WebSocketRefused(answer: try await answer.get())
        }
    }

    private func connect(_ bootstrap: ClientBootstrap) async throws -> any Channel {
        switch (call.target, proxy) {
        case (.unix(let path), _): try await bootstrap.connect(unixDomainSocketPath: path).get()
        case (.tcp, .some(let proxy)), (.tls, .some(let proxy)):
            try await bootstrap.connect(host: proxy.host, port: proxy.port).get()
        case (.tcp(let host, let port), nil), (.tls(let host, let port), nil):
            try await bootstrap.connect(host: places[host] ?? host, port: port).get()
        }
    }

    // MARK: The pipeline

    private func prepare(_ channel: any Channel, _ upgrade: EventLoopPromise<Outcome>) throws {
        let isWanted = state.withLock { state in
            guard case .unfinished = state else { return false }
            state = .unfinished(channel)
            return true
        }
        guard isWanted else { throw CancellationError() }
        let pipeline = channel.pipeline.syncOperations
        if let proxy, let (host, port) = place {
            try pipeline.addHandler(ProxyHandler(ProxyOpening(proxy, to: places[host] ?? host, port: port)))
        }
        if case .tls(let host, _) = call.target {
            let context = try NIOSSLContext(configuration: call.tls?.configuration ?? .makeClientConfiguration())
            let name = (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
            try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
        }
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: upgradeConfiguration(upgrade))
        // The first messages may come with the answer.
        configuration.leftOverBytesStrategy = .forwardBytes
        let result = try pipeline.configureUpgradableHTTPClientPipeline(configuration: configuration)
        // The first error says why; that no upgrade came about is only what follows.
        try pipeline.addHandler(FirstError { upgrade.fail($0) })
        result.cascade(to: upgrade)
        // From here on writes pass; what was written before goes out before what came with the answer is handed on.
        result.whenComplete { _ in
            let pipeline = channel.pipeline.syncOperations
            if let held = try? pipeline.handler(type: HeldWrites.self) { pipeline.removeHandler(held, promise: nil) }
        }
    }

    private var place: (String, Int)? {
        switch call.target {
        case .unix: nil
        case .tcp(let host, let port), .tls(let host, let port): (host, port)
        }
    }

    private func upgradeConfiguration(
        _ upgrade: EventLoopPromise<Outcome>
    ) -> NIOTypedHTTPClientUpgradeConfiguration<Outcome> {
        var head = HTTPRequestHead(version: .http1_1, method: .init(rawValue: call.method), uri: call.path)
        if let (host, port) = place, !call.headers.contains(where: { $0.name.lowercased() == "host" }) {
            head.headers.add(name: "Host", value: "\(HTTPCall.bracketed(host)):\(port)")
        }
        for (name, value) in call.headers { head.headers.add(name: name, value: value) }
        if !subprotocols.isEmpty {
            head.headers.add(name: "Sec-WebSocket-Protocol", value: subprotocols.joined(separator: ", "))
        }
        let (longest, configure) = (longestMessage, configure)
        let webSocket = NIOTypedWebSocketClientUpgrader<Outcome>(maxFrameSize: longest) { channel, answer in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandlers([WebSocketMessages(longest: longest), HeldWrites()])
            }.flatMap {
                configure(channel, answer.headers.first(name: "Sec-WebSocket-Protocol"))
            }.flatMapThrowing {
                guard channel.isActive else { throw WebSocketEnded() }
                // Before what came with the answer is handed on: an end in it is that of an open connection.
                upgrade.succeed(.open)
                return .open
            }
        }
        return .init(upgradeRequestHead: head, upgraders: [webSocket]) { channel in
            channel.eventLoop.makeCompletedFuture {
                let promise = channel.eventLoop.makePromise(of: HTTPAnswer.self)
                try channel.pipeline.syncOperations.addHandler(RefusalReader(promise))
                return .refused(promise.futureResult)
            }
        }
    }
}

/// Tells of the first error in a pipeline that is being built, then of nothing.
private final class FirstError: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    private var tell: ((any Error) -> Void)?

    init(_ tell: @escaping (any Error) -> Void) {
        self.tell = tell
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        tell?(error)
        tell = nil
        context.fireErrorCaught(error)
    }
}

/// Reads the answer of a server that does not upgrade, and closes.
private final class RefusalReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private static let longest = 64 << 10
    private let promise: EventLoopPromise<HTTPAnswer>
    private var answer = HTTPAnswer(head: HTTPHead(status: 0), body: ByteBuffer())

    init(_ promise: EventLoopPromise<HTTPAnswer>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer.head = HTTPHead(status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) })
        case .body(var piece):
            let room = Self.longest - answer.body.readableBytes
            if var taken = piece.readSlice(length: min(room, piece.readableBytes)) { answer.body.writeBuffer(&taken) }
        case .end:
            promise.succeed(answer)
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if answer.head.status != 0 { promise.succeed(answer) } else { promise.fail(ChannelError.eof) }
        context.fireChannelInactive()
    }
}
