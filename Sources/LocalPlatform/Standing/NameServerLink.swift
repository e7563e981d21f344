import FoundationEssentials
import HeadlessDNS
public import Logging
import NIOCore
import NIOPosix

/// Keeps the name server running, which is apart from the daemon since libcluster drops every peer when one look-up fails.
public struct NameServerKeeper: Sendable {
    private let keeper: StandingProcessKeeper<NameServerLink>
    private let address: String
    /// The one that containers ask.
    public let bridge: BridgeNameServer

    /// The port that it listens on: not 53, which wants privilege, and not 5353, which belongs to mDNS.
    public static let port = 5380

    /// Makes a keeper; nothing is started yet. `program` is the path of `beamctl-dns`.
    public init(home: Home, network: LoopbackNetwork, program: String, version: String, log: Logger) {
        address = network.nameServer
        bridge = BridgeNameServer(home: home, program: program, version: version, log: log)
        keeper = StandingProcessKeeper(
            .init(
                title: "name server", path: program,
                arguments: ["--directory", home.nameServer, "--listen", "\(address):\(Self.port)", "--version", version],
                socket: home.nameServerSocket, output: home.nameServer + "/log",
                settle: { [address] link in
                    // One that another network's daemon has left behind: nobody here would ask it.
                    let isHere = try await link.listeners().contains { $0.address == address && $0.port == Self.port }
                    return isHere ? .settled : .unable
                }), log: log)
    }

    /// `address:port`, while the server is there.
    public var listening: String? {
        keeper.condition.isRunning ? "\(address):\(Self.port)" : nil
    }

    /// Why a name server could not listen on a network; nil when it could, or when this home's own already does.
    public static func problem(on network: LoopbackNetwork, home: Home) -> String? {
        if FileManager.default.fileExists(atPath: home.nameServerSocket) { return nil }
        return PortProbe.canListen(network.nameServer, port)
            ? nil : "something else listens on \(network.nameServer):\(port), perhaps another home's name server"
    }

    /// Makes sure that a server runs; returns when it answers. Throws ``LocalPlatformError``.
    public func ensureRunning() async throws { try await keeper.ensureRunning() }

    /// Tells the names of a fleet, whenever they change. Works until its task is cancelled.
    public func run(_ fleet: Fleet) async throws {
        let (own, bridged) = (Self.newest(), Self.newest())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await keeper.run(own.stream) }
            group.addTask { await bridge.run(bridged.stream) }
            for await news in fleet.services {
                own.continuation.yield(news)
                bridged.continuation.yield(news)
            }
            try await group.waitForAll()
        }
    }

    private typealias News = FleetNews<[FleetService]>

    private static func newest() -> (stream: AsyncStream<News>, continuation: AsyncStream<News>.Continuation) {
        AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Has the servers end; they answer first.
    public func stop() async {
        await keeper.stop()
        await bridge.stop()
    }
}

/// The connection to a name server.
struct NameServerLink: StandingProcessLink {
    private let client: NameServerClient

    static func connect(socketPath: String) async throws -> NameServerLink {
        NameServerLink(
            client: try await NameServerClient.connect(
                socketPath: socketPath, timeout: .seconds(2), on: MultiThreadedEventLoopGroup.singleton))
    }

    static func isNeeded(for state: [FleetService]) -> Bool { true }

    func tell(_ state: [FleetService], serial: UInt32) async throws { try await client.apply(Zone(state, serial: serial)) }

    func serial() async throws -> UInt32 { try await client.status().serial }

    /// Where it listens.
    func listeners() async throws -> [NameServerStatus.Listener] { try await client.status().listeners }

    func stop() async throws { try await client.stop() }

    func close() async { await client.close() }

    func untilClosed() async { await client.untilClosed() }
}
