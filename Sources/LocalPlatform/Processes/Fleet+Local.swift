import DockerClient
import FleetStore
public import HTTPTransport
public import Logging

extension Fleet {
    /// The fleet of this machine: replicas as OS processes and containers, state in the home's database. Throws ``StoreError``.
    public static func local(
        home: Home, network: LoopbackNetwork, keeper: String, transport: HTTPTransport, entrance: EntranceKeeper,
        containers: ContainerSettings, names: NameServerKeeper,
        world: FleetWorld = .real,
        log: Logger
    ) throws -> Fleet {
        let store = try FleetStore(path: home.database)
        let processes = ProcessRuntime(home: home, network: network, keeper: keeper)
        return Fleet(
            store: store, runtime: processes,
            containers: ContainerRuntime(
                home: home, engine: DockerEngine(transport: transport, host: try host(containers, store)), store: store,
                server: names.bridge, settings: containers, launches: processes.launches),
            dialer: DistributionDialer(), health: HealthCheck(transport: transport), entrance: entrance,
            vault: SecretVault(path: home.secretsKey, memory: store),
            network: network, world: world, log: log)
    }

    /// The Engine in which containers of this home are already, else the one that is named. One that cannot be spoken to stays where it
    /// is named: it is told to whoever wants containers, and to nobody else.
    private static func host(_ settings: ContainerSettings, _ store: FleetStore) throws -> DockerHost {
        let kept = try store.fact(ContainerBridge.hostFact).flatMap { $0.isEmpty ? nil : $0 }
        if let host = try? DockerHost(kept ?? settings.host) { return host }
        return try DockerHost(nil)
    }
}
