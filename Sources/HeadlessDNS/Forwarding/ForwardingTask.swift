internal import NIOCore
internal import NIOPosix

/// The sockets and timers of one query that is handed on. Each attempt has a socket of its own, and so a source port that
/// the kernel picked at random. Kept alive by them until it is done.
final class ForwardingTask {
    private var machine: ForwardedQuery
    private let servers: [SocketAddress]
    private let limits: DNSServer.Limits
    private let loop: any EventLoop
    private var done: ((ByteBuffer?) -> Void)?
    private var channels: [any Channel] = []
    private var patience: Scheduled<Void>?
    private var deadline: Scheduled<Void>?

    init(
        _ machine: ForwardedQuery, _ servers: [SocketAddress], _ limits: DNSServer.Limits, on loop: any EventLoop,
        done: @escaping (ByteBuffer?) -> Void
    ) {
        self.machine = machine
        self.servers = servers
        self.limits = limits
        self.loop = loop
        self.done = done
        deadline = schedule(.timeIsUp, in: limits.forwardingTime)
    }

    /// Gives the machine an event and does what it says.
    func handle(_ event: ForwardedQuery.Event) {
        guard done != nil else { return }
        switch machine.handle(event) {
        case .ask(let attempt): ask(attempt)
        case .answer(let response): finish(response)
        case .fail: finish(nil)
        case .wait: break
        }
    }

    private func finish(_ response: ByteBuffer?) {
        let done = done
        self.done = nil
        patience?.cancel()
        deadline?.cancel()
        for channel in channels { channel.close(promise: nil) }
        channels = []
        done?(response)
    }

    private func schedule(_ event: ForwardedQuery.Event, in time: TimeAmount) -> Scheduled<Void> {
        loop.assumeIsolated().scheduleTask(in: time) { self.handle(event) }
    }

    private func ask(_ attempt: ForwardedQuery.Attempt) {
        patience?.cancel()
        patience = schedule(.patienceEnded, in: limits.forwardingPatience)
        let handler = UpstreamHandler { [self] response in
            handle(response.map { .received($0, attempt: attempt.number) } ?? .failed(attempt: attempt.number))
        }
        let bytes = machine.bytes(attempt)
        connect(attempt, NIOLoopBound(handler, eventLoop: loop)).assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let channel) where done != nil:
                channels.append(channel)
                send(bytes, over: attempt.transport, on: channel)
            case .success(let channel): channel.close(promise: nil)
            case .failure: handle(.failed(attempt: attempt.number))
            }
        }
    }

    private func send(_ query: ByteBuffer, over transport: Answerer.Transport, on channel: any Channel) {
        guard transport == .tcp else { return channel.writeAndFlush(query, promise: nil) }
        var frame = channel.allocator.buffer(capacity: query.readableBytes + 2)
        frame.writeInteger(UInt16(truncatingIfNeeded: query.readableBytes))
        frame.writeImmutableBuffer(query)
        channel.writeAndFlush(frame, promise: nil)
    }

    private func connect(
        _ attempt: ForwardedQuery.Attempt, _ handler: NIOLoopBound<UpstreamHandler>
    ) -> EventLoopFuture<any Channel> {
        let server = servers[attempt.server]
        switch attempt.transport {
        case .udp:
            return DatagramBootstrap(group: loop)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
                .channelInitializer { Self.add(handler, to: $0) { DatagramUnwrapper() } }
                .connect(to: server)
        case .tcp:
            return ClientBootstrap(group: loop)
                .connectTimeout(limits.forwardingPatience)
                .channelInitializer { Self.add(handler, to: $0) { StreamUnwrapper() } }
                .connect(to: server)
        }
    }

    private static func add(
        _ handler: NIOLoopBound<UpstreamHandler>, to channel: any Channel, behind unwrapper: () -> any ChannelHandler
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers([unwrapper(), handler.value])
        }
    }
}
