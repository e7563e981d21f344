import ControlAPI
import FleetModel
import FleetStore
import Glibc
import HTTPTransport
import Hummingbird
import LocalPlatform
import Logging
import ServiceLifecycle
import UnixSignals

/// The daemon, put together: the only place that knows every part.
struct Daemon: Sendable {
    /// What a daemon is told when it starts.
    struct Settings: Sendable {
        /// Where it keeps everything.
        var home: Home
        /// Where replicas get their addresses from.
        var network: LoopbackNetwork
        /// How containers are run.
        var containers: ContainerSettings
        /// Where requests come in.
        var entrance: EntranceSettings
    }

    private let machine: MachineSettings
    private let settings: Settings
    private let log: Logger

    /// Makes a daemon; nothing is touched yet. Throws ``LocalPlatformError`` for settings that are none.
    init(_ machine: MachineSettings, log: Logger) throws {
        settings = Settings(
            home: try machine.home(), network: try machine.network(), containers: machine.containers,
            entrance: try machine.entrance())
        self.machine = machine
        self.log = log
    }

    /// Works until SIGTERM, SIGINT or a request ends it; replicas and the name server go on. Throws ``LocalPlatformError`` when
    /// it cannot start: another daemon, no name server, no state.
    func run() async throws {
        let home = settings.home
        umask(0o077)
        // Keepers and the name server are told to outlive us, and reaped by the kernel when they end while we live.
        signal(SIGCHLD, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        try home.prepare()
        let lock = try DaemonLock(home)
        let transport = HTTPTransport()
        let result: Result<Void, any Error>
        do { result = .success(try await work(with: transport)) } catch { result = .failure(error) }
        await transport.shutdown()
        withExtendedLifetime(lock) {}
        try result.get()
        log.info("ended; replicas go on")
    }

    private func work(with transport: HTTPTransport) async throws {
        let home = settings.home
        let names = NameServerKeeper(
            home: home, network: settings.network, program: machine.path(of: .nameServer), version: Version.current,
            log: log)
        let entrance = EntranceKeeper(
            home: home, settings: settings.entrance, program: machine.path(of: .entrance),
            version: Version.current, log: log)
        let fleet = try Fleet.local(
            home: home, network: settings.network, keeper: machine.path(of: .keeper), transport: transport,
            entrance: entrance, containers: settings.containers, names: names, log: log)
        try await names.ensureRunning()
        try await fleet.recover()
        try await serve(fleet, names, entrance)
    }

    private func serve(_ fleet: Fleet, _ names: NameServerKeeper, _ entrance: EntranceKeeper) async throws {
        let ending = Ending()
        let leases = TrialLeases(discard: { directory in
            log.info("discarded: nobody wants it any more", metadata: ["trial": "\(directory)"])
            return await fleet.end(trial: directory)
        })
        for directory in await fleet.trials { await leases.expect(directory) }
        let settings = settings
        let server = ControlServer(
            fleet: fleet, locks: DeployLocks(), leases: leases, entrance: entrance, intake: .directory(settings.home.releases),
            status: { await Self.status(settings, fleet, names, entrance) },
            shutdown: { everything in
                if everything {
                    guard await fleet.stopEverything() else { return }
                    await entrance.stop()
                    await names.stop()
                }
                ending.begin()
            })
        unlink(settings.home.socket)
        let application = Application(
            router: server.router(),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: settings.home.socket), serverName: "beamctl"),
            onServerRunning: { _ in
                chmod(settings.home.socket, 0o600)
                log.info("ready", metadata: ["socket": "\(settings.home.socket)", "pid": "\(getpid())"])
            },
            logger: quiet(log))
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: Loop { await fleet.run() }),
                .init(service: Loop { try await names.run(fleet) }),
                .init(service: Loop { try await entrance.run(fleet) }),
                .init(service: application),
                .init(service: ending, successTerminationBehavior: .gracefullyShutdownGroup),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(log))
        // Whoever follows a log or watches an app would go on for ever.
        configuration.maximumGracefulShutdownDuration = .milliseconds(300)
        let group = ServiceGroup(configuration: configuration)
        try await group.run()
        unlink(settings.home.socket)
    }

    /// The libraries' own words are of no use to who runs an app.
    private func quiet(_ log: Logger) -> Logger {
        var quiet = log
        quiet.logLevel = .error
        return quiet
    }

    private static func status(
        _ settings: Settings, _ fleet: Fleet, _ names: NameServerKeeper, _ entrance: EntranceKeeper
    ) async -> DaemonStatus {
        let apps = await fleet.list(namespace: nil)
        let door = await entrance.inspect()
        var status = DaemonStatus(
            pid: getpid(), version: Version.current, api: ControlRoute.version, socket: settings.home.socket,
            dns: names.listening, entrance: door.listening, entranceProblem: door.problem,
            entranceSettings: settings.entrance.words, network: settings.network.description, apps: apps.count,
            replicas: apps.reduce(0) { $0 + $1.replicas.count })
        status.containerDNS = names.bridge.listening
        status.containers = await fleet.containerAddresses.map {
            ContainerAddresses(replica: $0.replica, nameServer: $0.nameServer)
        }
        return status
    }
}

/// A loop that ends when the group shuts down.
private struct Loop: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do { try await body() } catch is CancellationError {}
        }
    }
}

/// Ends the daemon when it is asked to over the socket; the answer gets a moment to leave first.
private struct Ending: Service {
    private let asked = AsyncStream.makeStream(of: Void.self)

    func begin() {
        asked.continuation.yield()
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in asked.stream { return }
        }
    }
}
