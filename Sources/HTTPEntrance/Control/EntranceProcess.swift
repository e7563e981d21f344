internal import Glibc
internal import JSONText
package import NIOCore
package import NIOPosix
internal import ProcessControl

/// An entrance that is told its routes over a Unix socket and keeps them in a file.
package struct EntranceProcess: Sendable {
    /// What it needs to know.
    package struct Configuration: Sendable {
        /// Its folder: `routes.json` and `access.log` lie in it.
        package var directory: String
        /// Where it is told.
        package var socketPath: String
        /// Where clients connect, and who is believed, at first.
        package var first: EntranceConfiguration
        /// The version that ``EntranceStatus`` tells.
        package var version: String
        /// Bounds.
        package var limits: EntranceLimits

        /// A configuration.
        package init(
            directory: String, socketPath: String, first: EntranceConfiguration, version: String,
            limits: EntranceLimits = EntranceLimits()
        ) {
            self.directory = directory
            self.socketPath = socketPath
            self.first = first
            self.version = version
            self.limits = limits
        }
    }

    private let configuration: Configuration
    private let server: EntranceServer
    private let control: ControlSocket
    private let keeper: RouteKeeper
    private let started = NIODeadline.now()
    private let log: @Sendable (String) -> Void

    /// Loads the last routes, then listens for requests, then for orders.
    ///
    /// - Throws: `StateFileError`, ``EntranceListenError``, or what made the control socket impossible.
    package static func start(
        _ configuration: Configuration, on group: MultiThreadedEventLoopGroup, log: @escaping @Sendable (String) -> Void
    ) async throws -> EntranceProcess {
        let file = StateFile(path: configuration.directory + "/routes.json")
        let last = try file.load { try RouteTable($0) }
        let server = try await EntranceServer.start(
            listen: configuration.first.listen, listenHTTPS: configuration.first.listenHTTPS,
            accessLog: configuration.directory + "/access.log", limits: configuration.limits,
            trusted: configuration.first.trusted, on: group, log: log)
        do {
            try await server.use(last ?? RouteTable())
            let control = try await ControlSocket.bind(configuration.socketPath, on: group)
            return EntranceProcess(
                configuration: configuration, server: server, control: control,
                keeper: RouteKeeper(server, file, serial: last?.serial ?? 0), log: log)
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Where requests are taken.
    package var addresses: [SocketAddress] { server.addresses }

    /// Takes orders until told to stop or cancelled; then stops listening.
    package func run() async throws {
        let orders: Result<Void, any Error>
        do {
            orders = .success(
                try await control.serve(log: log) { json throws(JSONProblem) in await reply(to: try EntranceOrder(json)) })
        } catch {
            orders = .failure(error)
        }
        await server.stop()
        try orders.get()
    }

    private func reply(to order: EntranceOrder) async -> ControlSocket.Answer {
        switch order {
        case .apply(let table):
            let answer = await keeper.apply(table)
            if let refusal = answer.refusal { log("routes refused: \(refusal)") }
            return answer
        case .drain(let replica, let milliseconds):
            do {
                let left = try await server.drain(replica, patience: .milliseconds(max(0, min(milliseconds, 3_600_000))))
                return ControlSocket.Answer(.object(["left": .integer(left)]))
            } catch {
                return .failure("cancelled", "\(error)")
            }
        case .configure(let configuration):
            do {
                try await keeper.configure(configuration)
            } catch {
                log("cannot listen elsewhere: \(error)")
                return .failure("cannot_listen", "\(error)")
            }
            log("listening on \(addresses.map(\.place).joined(separator: ", "))")
            return ControlSocket.Answer(.object(["status": await status().json]))
        case .status:
            return ControlSocket.Answer(.object(["status": await status().json]))
        case .stop:
            log("told to stop")
            return ControlSocket.Answer(.object(["serial": .integer(await keeper.serial)]), ends: true)
        }
    }

    private func status() async -> EntranceStatus {
        EntranceStatus(
            pid: getpid(), version: configuration.version,
            listeners: addresses.map(\.place), httpsListeners: server.httpsAddresses.map(\.place), serial: await keeper.serial,
            uptimeSeconds: Double((NIODeadline.now() - started).nanoseconds) / 1e9,
            openConnections: server.counters.openConnections, connections: server.counters.connectionCount,
            requests: server.counters.requestCount, refused: server.counters.refusedCount, problems: server.problems)
    }
}

/// The one that changes what the server does, one change after another: routes are used, and written down for the next start.
private actor RouteKeeper {
    private let server: EntranceServer
    private let file: StateFile
    private(set) var serial: UInt32
    /// The change that is being made; the next one waits for it.
    private var last: Task<Void, Never>?

    init(_ server: EntranceServer, _ file: StateFile, serial: UInt32) {
        self.server = server
        self.file = file
        self.serial = serial
    }

    func apply(_ table: RouteTable) async -> ControlSocket.Answer {
        await inTurn { await $0.use(table) }
    }

    /// Listens and believes otherwise. Throws ``EntranceListenError``; everything is as it was then.
    func configure(_ configuration: EntranceConfiguration) async throws {
        let server = server
        try await inTurn { _ in
            do {
                return Result<Void, any Error>.success(try await server.configure(configuration))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private func inTurn<Value: Sendable>(_ change: @escaping @Sendable (RouteKeeper) async -> Value) async -> Value {
        let before = last
        let mine = Task {
            await before?.value
            return await change(self)
        }
        last = Task { _ = await mine.value }
        return await mine.value
    }

    private func use(_ table: RouteTable) async -> ControlSocket.Answer {
        do throws(JSONProblem) {
            try await server.use(table)
        } catch {
            return .failure("bad_routes", error.description)
        }
        serial = table.serial
        // A full disk must not keep a request from a replica that is there: the routes are used all the same.
        do throws(StateFileError) {
            try file.store(table.json)
        } catch {
            return .failure("not_stored", error.description)
        }
        return ControlSocket.Answer(.object(["serial": .integer(table.serial)]))
    }
}
