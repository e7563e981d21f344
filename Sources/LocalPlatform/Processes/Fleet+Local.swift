import FleetStore
public import HTTPTransport
public import Logging

extension Fleet {
    /// The fleet of this machine: replicas as OS processes, state in the home's database. Throws ``StoreError``.
    public static func local(
        home: Home, network: LoopbackNetwork, keeper: String, transport: HTTPTransport, entrance: EntranceKeeper,
        world: FleetWorld = .real,
        log: Logger
    ) throws -> Fleet {
        let store = try FleetStore(path: home.database)
        return Fleet(
            store: store, runtime: ProcessRuntime(home: home, network: network, keeper: keeper),
            dialer: DistributionDialer(), health: HealthCheck(transport: transport), entrance: entrance,
            vault: SecretVault(path: home.secretsKey, memory: store),
            network: network, world: world, log: log)
    }
}
