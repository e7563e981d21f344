public import FleetModel
import FoundationEssentials
import HTTPEntrance
public import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import ProcessControl

/// Keeps the entrance running, through which requests come to replicas. It is apart from the daemon, so that a WebSocket outlives one.
/// Without an app that serves HTTP there is none.
public struct EntranceKeeper: Sendable {
    private let keeper: StandingProcessKeeper<EntranceLink>
    private let socket: String
    private let settings: EntranceSettings
    private let shelf: CertificateShelf
    /// How the entrance is that could not be brought to the settings; nil when it has them.
    private let unsettled: NIOLockedValueBox<EntranceStatus?>

    /// Makes a keeper; nothing is started yet. `program` is the path of `beamctl-entrance`.
    public init(home: Home, settings: EntranceSettings, program: String, version: String, log: Logger) {
        self.settings = settings
        shelf = CertificateShelf(folder: home.certificates)
        socket = home.entranceSocket
        let unsettled = NIOLockedValueBox<EntranceStatus?>(nil)
        self.unsettled = unsettled
        keeper = StandingProcessKeeper(
            .init(
                title: "entrance", path: program,
                arguments: ["--directory", home.entrance, "--version", version]
                    + settings.listen.flatMap { ["--listen", $0] }
                    + settings.listenHTTPS.flatMap { ["--listen-https", $0] } + settings.trusted.flatMap { ["--trust", $0] },
                socket: home.entranceSocket, output: home.entrance + "/log",
                settle: { link in
                    let (settling, status) = try await link.settle(settings)
                    unsettled.withLockedValue { $0 = status }
                    return settling
                }), log: log)
    }

    /// How the entrance is, asked of itself: what of it does not work, too.
    public func inspect() async -> EntranceState {
        var state = state
        guard !state.listening.isEmpty, let status = try? await Self.status(at: socket) else { return state }
        state.listening = status.listeners + status.httpsListeners.map { "https://\($0)" }
        state.problem = state.problem ?? (status.problems.isEmpty ? nil : status.problems.joined(separator: "; "))
        return state
    }

    /// Where the entrance of a home listens, asked of itself; nil when there is none.
    public static func listening(_ home: Home) async -> [String]? {
        guard let status = try? await status(at: home.entranceSocket) else { return nil }
        return status.listeners + status.httpsListeners.map { "https://\($0)" }
    }

    private static func status(at socket: String) async throws -> EntranceStatus {
        let client = try await EntranceClient.connect(
            socketPath: socket, timeout: .seconds(2), on: MultiThreadedEventLoopGroup.singleton)
        let status: Result<EntranceStatus, any Error>
        do { status = .success(try await client.status()) } catch { status = .failure(error) }
        await client.close()
        return try status.get()
    }

    /// The certificates that are shown for HTTPS.
    public var certificates: [CertificateReport] { shelf.all.map(\.report) }

    /// Shows a certificate from now on; `hosts` are those that apps have, each of which it may be for. Throws `invalid_request`.
    public func add(_ request: CertificateRequest, hosts: Set<String>, now: Timestamp) async throws -> CertificateReport {
        guard !settings.listenHTTPS.isEmpty else {
            throw PlatformError(
                .invalidRequest, "the entrance takes no HTTPS: BEAMCTL_ENTRANCE names no place for it",
                hint: "export BEAMCTL_ENTRANCE=0.0.0.0:80,https://0.0.0.0:443, then beamctl stop --all and deploy")
        }
        var report = try shelf.add(request, now: now)
        let isForSome = hosts.contains { CertificateChoice([report.names]).index(of: $0) != nil }
        if !isForSome {
            report.warning =
                "no app has a host that it is for"
                + (hosts.isEmpty ? "" : "; theirs are \(hosts.sorted().prefix(10).joined(separator: ", "))")
        }
        await keeper.tellAgain()
        return report
    }

    /// Shows a certificate no more. Throws `invalid_request`.
    public func remove(certificate id: String) async throws {
        try shelf.remove(id)
        await keeper.tellAgain()
    }

    /// How the entrance is.
    public var state: EntranceState {
        guard !settings.isOff else { return EntranceState(listening: [], problem: nil) }
        let condition = keeper.condition
        return EntranceState(
            listening: condition.isRunning ? unsettled.withLockedValue { $0?.listeners } ?? settings.listen : [],
            problem: condition.trouble)
    }

    /// Why an entrance could not listen; nil when it could, or when this home's own already does.
    public static func problem(_ settings: EntranceSettings, home: Home) -> String? {
        if FileManager.default.fileExists(atPath: home.entranceSocket) { return nil }
        let taken = settings.places.filter { !PortProbe.canListen($0.address, $0.port) }
        return taken.first.map { "something else listens on \($0.address):\($0.port), perhaps another home's entrance" }
    }

    /// Tells the routes of a fleet, whenever they change. Works until its task is cancelled.
    public func run(_ fleet: Fleet) async throws {
        guard settings.isOff else { return try await keeper.run(fleet.routes) }
        // One that another daemon has left behind.
        await keeper.stop()
        for await _ in fleet.routes {}
    }

    /// Has the entrance end; it answers first.
    public func stop() async { await keeper.stop() }
}

extension EntranceKeeper: FleetEntrance {
    /// A host name below localhost leads to 127.0.0.1; where the entrance listens only elsewhere its own address is named.
    func url(host: String) -> String? {
        let other = unsettled.withLockedValue { $0 }
        let secure = other.map { EntranceSettings.places($0.httpsListeners) } ?? settings.httpsPlaces
        let isSecure = !secure.isEmpty && shelf.covers(host)
        let places = isSecure ? secure : other.map { EntranceSettings.places($0.listeners) } ?? settings.places
        let local = host.hasSuffix(".localhost") ? places.first(where: \.takesLocalhost) : nil
        guard let place = local ?? places.first else { return nil }
        let name = local != nil || !host.hasSuffix(".localhost") ? host : place.address
        return isSecure
            ? "https://\(name)" + (place.port == 443 ? "" : ":\(place.port)")
            : "http://\(name)" + (place.port == 80 ? "" : ":\(place.port)")
    }

    func drain(_ replica: String, patience: Duration, routes: FleetNews<[Route]>) async {
        guard !settings.isOff else { return }
        await keeper.tell(routes)
        guard keeper.condition.isRunning else { return }
        let time = TimeAmount.nanoseconds(Int64(patience / .nanoseconds(1))) + .seconds(10)
        // A connection of its own: answers come in order, and this one may take long.
        guard
            let client = try? await EntranceClient.connect(
                socketPath: socket, timeout: time, on: MultiThreadedEventLoopGroup.singleton)
        else { return }
        _ = try? await client.drain(replica, patience: patience)
        await client.close()
    }
}

/// How the entrance is.
public struct EntranceState: Hashable, Codable, Sendable {
    /// Where it listens, each as `address:port`; empty while there is none.
    public var listening: [String]
    /// Why there is none although one is wanted.
    public var problem: String?
}

/// The connection to an entrance.
struct EntranceLink: StandingProcessLink {
    private let client: EntranceClient
    /// Beside the socket.
    private let certificates: String

    static func connect(socketPath: String) async throws -> EntranceLink {
        EntranceLink(
            client: try await EntranceClient.connect(
                socketPath: socketPath, timeout: .seconds(2), on: MultiThreadedEventLoopGroup.singleton),
            certificates: Home.certificates(besides: socketPath))
    }

    /// Has the entrance listen and believe as the settings say, without a connection that ends. Returns how it is, when it would not.
    func settle(
        _ settings: EntranceSettings
    ) async throws -> (StandingProcessKeeper<EntranceLink>.Settling, EntranceStatus?) {
        do {
            _ = try await client.configure(settings.configuration)
            return (.settled, nil)
        } catch let error as ControlError where error.code == .refused {
            guard error.serverCode == "cannot_listen" else { return (.unable, nil) }
            let status = try await client.status()
            let places = status.listeners.joined(separator: ", ")
            return (.refused("\(error.message); it goes on at \(places), whatever BEAMCTL_ENTRANCE says"), status)
        }
    }

    static func isNeeded(for state: [Route]) -> Bool { !state.isEmpty }

    func tell(_ state: [Route], serial: UInt32) async throws {
        let files = CertificateShelf(folder: certificates).all.map(\.files)
        try await client.apply(RouteTable(serial: serial, routes: state, certificates: files))
    }

    func serial() async throws -> UInt32 { try await client.status().serial }

    func stop() async throws { try await client.stop() }

    func close() async { await client.close() }

    func untilClosed() async { await client.untilClosed() }
}
