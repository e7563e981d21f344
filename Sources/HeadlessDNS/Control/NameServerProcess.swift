internal import Glibc
internal import JSONText
public import NIOCore
internal import ProcessControl

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

    let configuration: Configuration
    let server: DNSServer
    let keeper: ZoneKeeper
    let started: NIODeadline
    let log: @Sendable (String) -> Void
    private let control: ControlSocket

    /// Loads the last zone, then listens for queries, then for orders.
    ///
    /// - Throws: `StateFileError`, ``ZoneError``, ``ListenError``, or what made the control socket impossible.
    public static func start(
        _ configuration: Configuration, on group: any EventLoopGroup, log: @escaping @Sendable (String) -> Void
    ) async throws -> NameServerProcess {
        let last = try configuration.zoneFile.load()
        let zone = last ?? Zone(origin: configuration.origin)
        let server = try await DNSServer.start(
            zone, listen: configuration.listen, upstreams: configuration.upstreams, limits: configuration.limits, on: group)
        do {
            let control = try await ControlSocket.bind(configuration.socketPath, on: group)
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
        let orders: Result<Void, any Error> = await withTaskGroup(of: Void.self) { group in
            group.addTask { await keeper.syncLoop(log) }
            defer { group.cancelAll() }
            do {
                return .success(
                    try await control.serve(log: log) { json throws(JSONProblem) in await reply(to: try NameServerOrder(json)) })
            } catch {
                return .failure(error)
            }
        }
        await server.stop()
        try orders.get()
    }

    private func reply(to order: NameServerOrder) async -> ControlSocket.Answer {
        switch order {
        case .apply(let zone):
            let answer = await keeper.apply(zone)
            if let refusal = answer.refusal {
                log("zone refused: \(refusal)")
            } else {
                let endpoints = zone.services.reduce(0) { $0 + $1.endpoints.count }
                log("serving \(zone.origin) serial \(zone.serial): \(zone.services.count) services, \(endpoints) endpoints")
            }
            return answer
        case .status:
            return ControlSocket.Answer(.object(["status": await status().json]))
        case .stop:
            log("told to stop")
            return .serial(server.serial, ends: true)
        }
    }

    private func status() async -> NameServerStatus {
        NameServerStatus(
            pid: getpid(), version: configuration.version,
            listeners: addresses.map { .init(address: $0.ipAddress ?? "", port: $0.port ?? 0) },
            origin: await keeper.origin, serial: server.serial,
            uptimeSeconds: Double((NIODeadline.now() - started).nanoseconds) / 1e9, counters: server.counters)
    }
}
