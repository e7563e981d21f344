internal import Glibc
public import NIOCore
internal import NIOPosix

/// A name server that is told its zone over a Unix socket and keeps it in a file.
public struct NameServerProcess: Sendable {
    /// What it needs to know.
    public struct Configuration: Sendable {
        /// Where the last zone is kept.
        public var zoneFile: ZoneFile
        /// Where it is told. The socket is made with mode 0600; a socket file of a dead predecessor is replaced.
        public var socketPath: String
        /// Where it is asked.
        public var listen: [SocketAddress]
        /// The origin while nobody has told a zone yet.
        public var origin: String
        /// The version that ``NameServerStatus`` tells.
        public var version: String
        /// Where queries for other zones go.
        public var upstreams: Upstreams
        /// Bounds.
        public var limits: DNSServer.Limits

        /// A configuration.
        public init(
            zoneFile: ZoneFile, socketPath: String, listen: [SocketAddress], origin: String = "cluster.local",
            version: String, upstreams: Upstreams, limits: DNSServer.Limits = DNSServer.Limits()
        ) {
            self.zoneFile = zoneFile
            self.socketPath = socketPath
            self.listen = listen
            self.origin = origin
            self.version = version
            self.upstreams = upstreams
            self.limits = limits
        }
    }

    /// The longest path that a Unix socket can have on Linux, in octets.
    public static let maximumSocketPath = 107

    let configuration: Configuration
    let server: DNSServer
    let keeper: ZoneKeeper
    let started: NIODeadline
    let log: @Sendable (String) -> Void
    private let control: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>

    /// Loads the last zone, then listens for queries, then for orders.
    ///
    /// - Throws: ``ZoneFileError``, ``ZoneError``, ``ListenError``, or what made the control socket impossible.
    public static func start(
        _ configuration: Configuration, on group: any EventLoopGroup, log: @escaping @Sendable (String) -> Void
    ) async throws -> NameServerProcess {
        let last = try configuration.zoneFile.load()
        let zone = last ?? Zone(origin: configuration.origin)
        let server = try await DNSServer.start(
            zone, listen: configuration.listen, upstreams: configuration.upstreams, limits: configuration.limits, on: group)
        do {
            let control = try await bindControl(configuration.socketPath, on: group)
            log("serving \(zone.origin) serial \(zone.serial) (\(last == nil ? "no zone told yet" : "as last told"))")
            return NameServerProcess(
                configuration: configuration, server: server,
                keeper: ZoneKeeper(server, configuration.zoneFile, origin: zone.origin), started: .now(), log: log,
                control: control)
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Where queries are answered.
    public var addresses: [SocketAddress] { server.addresses }

    /// Takes orders until told to stop or cancelled; then stops listening.
    public func run() async throws {
        do {
            try await takeOrders()
        } catch is CancellationError {
            // Asked to stop by whoever runs this.
        } catch {
            await server.stop()
            throw error
        }
        unlink(configuration.socketPath)
        await server.stop()
    }

    /// Whichever of the three ends first ends the others: the control socket by an error, the wait by an order.
    private func takeOrders() async throws {
        let (stops, stop) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await keeper.syncLoop(log) }
            group.addTask { try await acceptConnections(stop) }
            group.addTask { for await _ in stops { return } }
            try await group.next()
            group.cancelAll()
        }
    }

    private func acceptConnections(_ stop: AsyncStream<Void>.Continuation) async throws {
        try await control.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { handlers in
                for try await connection in connections {
                    handlers.addTask { await ControlConnection(process: self, stop: stop).serve(connection) }
                }
            }
        }
    }

    private static func bindControl(
        _ path: String, on group: any EventLoopGroup
    ) async throws -> NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never> {
        let control = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 16)
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineSplitter()))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        guard chmod(path, 0o600) == 0 else { throw FileBytes.Failure("chmod", path) }
        return control
    }
}
