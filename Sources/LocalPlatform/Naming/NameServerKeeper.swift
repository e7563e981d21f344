import FoundationEssentials
import HeadlessDNS
public import Logging
import NIOCore
import NIOPosix

/// Keeps the name server process running and tells it what the fleet's services are.
///
/// The process is apart from the daemon and outlives it, since libcluster drops every peer when one look-up fails. It keeps the
/// last zone that it was told; a new daemon finds it and goes on.
public actor NameServerKeeper {
    private let home: Home
    private let address: String
    private let program: String
    private let version: String
    private let log: Logger
    private var client: NameServerClient?
    /// Waits for the end of the client's connection.
    private var ending: Task<Void, Never>?
    private var serial: UInt32 = 0
    private var newest: [FleetService]?
    /// Whether `newest` is served, and why not.
    private var trouble: String?

    /// The port that it listens on: not 53, which wants privilege, and not 5353, which belongs to mDNS.
    public static let port = 5380
    /// How long it may take to start.
    static let startTime = Duration.seconds(10)
    /// How often it is asked whether it lives.
    static let heartbeat = Duration.seconds(1)

    /// Makes a keeper; nothing is started yet. `program` is the path of `beamctl-dns`.
    public init(home: Home, network: LoopbackNetwork, program: String, version: String, log: Logger) {
        self.home = home
        address = network.nameServer
        self.program = program
        self.version = version
        self.log = log
    }

    /// `address:port`, while the server is there.
    public var listening: String? { client == nil ? nil : "\(address):\(Self.port)" }

    /// Why a name server could not listen on a network; nil when it could, or when this home's own already does.
    public static func problem(on network: LoopbackNetwork, home: Home) -> String? {
        if FileManager.default.fileExists(atPath: home.nameServerSocket) { return nil }
        return PortProbe.isFree(network.nameServer, [port])
            ? nil : "something else listens on \(network.nameServer):\(port), perhaps another home's name server"
    }

    /// Makes sure that a server runs; returns when it answers. Throws ``LocalPlatformError``.
    public func ensureRunning() async throws {
        guard client == nil else { return }
        if let found = await connect() {
            use(found)
            return
        }
        let output = home.nameServer + "/log"
        let pid = try ChildProgram.start(
            program, ["--directory", home.nameServer, "--listen", "\(address):\(Self.port)", "--version", version],
            environment: [], output: output)
        let deadline = ContinuousClock.now + Self.startTime
        while ContinuousClock.now < deadline {
            if let started = await connect() {
                use(started)
                log.info("name server started", metadata: ["pid": "\(pid)", "address": "\(address):\(Self.port)"])
                return
            }
            guard BootIdentity.startTime(of: pid) != nil else { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw LocalPlatformError("the name server does not start: \(Self.lastLine(of: output))", hint: "beamctl doctor")
    }

    /// Tells each new set of services, and starts the server again when it is gone. Works until its task is cancelled.
    public func run(_ services: AsyncStream<[FleetService]>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await newest in services { await self.tell(newest) }
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: Self.heartbeat)
                    await self.beat()
                }
            }
            try await group.waitForAll()
        }
    }

    /// Has the server end; it answers first.
    public func stop() async {
        ending?.cancel()
        newest = nil
        if client == nil { client = await connect() }
        try? await client?.stop()
        await client?.untilClosed()
        await drop()
    }

    private func tell(_ services: [FleetService]) async {
        newest = services
        do {
            try await ensureRunning()
            try await client?.apply(Zone(services, serial: serial &+ 1))
            serial &+= 1
            trouble = nil
        } catch {
            // Tried again with each heartbeat; said once.
            if trouble != "\(error)" { log.error("zone not told", metadata: ["error": "\(error)"]) }
            trouble = "\(error)"
            // A zone that is refused (its file cannot be written) leaves the server, and the zone before, as they were.
            if (error as? NameServerClientError)?.code != .refused { await drop() }
        }
    }

    private func beat() async {
        if client != nil {
            do {
                _ = try await client?.status()
                if trouble == nil { return }
            } catch {
                log.warning("name server lost", metadata: ["error": "\(error)"])
                await drop()
            }
        }
        if let newest { await tell(newest) }
    }

    private func use(_ found: NameServerClient) {
        client = found
        ending = Task {
            await found.untilClosed()
            if !Task.isCancelled { await self.lost() }
        }
    }

    /// The connection ended although nobody here ended it: the server was killed.
    private func lost() async {
        guard client != nil else { return }
        log.warning("name server lost")
        await drop()
        if let newest { await tell(newest) }
    }

    private func drop() async {
        ending?.cancel()
        ending = nil
        let gone = client
        client = nil
        await gone?.close()
    }

    private func connect() async -> NameServerClient? {
        guard
            let client = try? await NameServerClient.connect(
                socketPath: home.nameServerSocket, timeout: .seconds(2), on: MultiThreadedEventLoopGroup.singleton)
        else { return nil }
        guard let status = try? await client.status() else {
            await client.close()
            return nil
        }
        serial = max(serial, status.serial)
        return client
    }

    private static func lastLine(of path: String) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").last.map(String.init) ?? "it said nothing"
    }
}
