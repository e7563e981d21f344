import NIOCore
import NIOPosix

extension HTTPTransport {
    /// Sends a request that turns its connection into a stream of bytes both ways (RFC 9110, 7.8). Returns when the other side has ended
    /// its direction. The connection is the stream's own, and ends with it. Not through TLS.
    ///
    /// - Parameters:
    ///   - name: What the connection becomes, as `Upgrade` names it.
    ///   - send: Begins once the other side agrees, and sends; cancelled when that has ended.
    ///   - receive: Gets every piece that comes.
    ///
    /// Throws ``HTTPFailure``; ``HTTPRefusal`` with the answer when the other side does not agree; what `send` and `receive` throw.
    public static func upgrade(
        _ call: HTTPCall, to name: String, send: @escaping @Sendable (HTTPUpgrade) async throws -> Void,
        receive: @Sendable ([UInt8]) throws -> Void
    ) async throws {
        do {
            let connection = try await connect(call.target)
            try await connection.executeThenClose { inbound, outbound in
                try await outbound.write(UpgradeHead.request(call, to: name))
                var pieces = inbound.makeAsyncIterator()
                let first = try await agreement(&pieces)
                if !first.isEmpty { try receive(first) }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await send(HTTPUpgrade(outbound: outbound)) }
                    defer { group.cancelAll() }
                    while let piece = try await pieces.next() { try receive(Array(piece.readableBytesView)) }
                }
            }
        } catch let error where error is ChannelError || error is IOError || error is NIOConnectionError {
            throw HTTPFailure.translated(error, of: call)
        }
    }

    /// Reads the answer's head; returns what has come of the stream with it.
    private static func agreement(_ pieces: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) async throws -> [UInt8]
    {
        var head = UpgradeHead()
        var rest: [UInt8]?
        while rest == nil {
            guard let piece = try await pieces.next() else { throw ChannelError.eof }
            rest = try head.take(Array(piece.readableBytesView))
        }
        var bytes = rest ?? []
        guard head.status != 101 else { return bytes }
        let wanted = min(head.length ?? UpgradeHead.longest, UpgradeHead.longest)
        while bytes.count < wanted, let piece = try await pieces.next() { bytes += piece.readableBytesView }
        throw HTTPRefusal(status: head.status, body: bytes)
    }

    private static func connect(_ target: HTTPCall.Target) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .channelOption(.allowRemoteHalfClosure, value: true)
        let wrap: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: NIOAsyncChannel.Configuration(isOutboundHalfClosureEnabled: true))
            }
        }
        switch target {
        case .unix(let path): return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
        case .tcp(let host, let port), .tls(let host, let port):
            return try await bootstrap.connect(host: host, port: port, channelInitializer: wrap)
        }
    }
}

/// A connection that was HTTP, as its sender has it.
public struct HTTPUpgrade: Sendable {
    fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Sends bytes; waits while the other side takes none. Throws when the connection is gone.
    public func write(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Says that nothing more will be sent; what comes goes on.
    public func finish() { outbound.finish() }
}

/// An answer that agrees to no upgrade.
public struct HTTPRefusal: Error, Sendable {
    /// The status code.
    public let status: Int
    /// What came of the body, at most 64 KiB and a piece.
    public let body: [UInt8]
}
