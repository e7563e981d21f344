import DockerClient
import FleetStore
import NIOConcurrencyHelpers

/// The network of this home's containers in the Engine, and the name server on it.
struct ContainerBridge: Sendable {
    let engine: DockerEngine
    let names: ContainerNames
    private let store: FleetStore
    private let server: BridgeNameServer
    /// What is asked for; nil: any that is free.
    private let wanted: String?
    private let known = NIOLockedValueBox<BridgeNetwork?>(nil)

    /// What the store remembers of it.
    private static let fact = "docker network"
    /// The Engine that it is in.
    static let hostFact = "docker host"

    init(engine: DockerEngine, names: ContainerNames, store: FleetStore, server: BridgeNameServer, wanted: String?) {
        (self.engine, self.names, self.store, self.server, self.wanted) = (engine, names, store, server, wanted)
    }

    /// The network, once it was made ready here or by an earlier daemon.
    var network: BridgeNetwork? { known.withLockedValue { $0 } }

    /// The network that there is, or would be; nil when none is free.
    var expected: BridgeNetwork? { network ?? (try? candidates())?.first }

    /// Goes on with the network of an earlier daemon, which may not be there at the moment.
    func resume() async {
        guard network == nil, let text = try? store.fact(Self.fact), !text.isEmpty, let earlier = try? BridgeNetwork(text) else {
            return
        }
        known.withLockedValue { $0 = earlier }
        // Where the interface is not there yet, each start of a container tries again.
        try? await server.listen(on: earlier.gateway)
    }

    /// Makes sure that the network is there, that this machine reaches it, and that names are told on it. Throws `DockerError`,
    /// ``LocalPlatformError``.
    func ensure() async throws -> BridgeNetwork {
        let there = try await found()
        let (network, isNew) = if let there { there } else { try await made() }
        guard MachineAddresses.has(network.gateway, on: names.interface) else {
            if isNew { try? await engine.removeNetwork(names.network) }
            throw LocalPlatformError(
                "the Docker Engine at \(engine.host) runs its containers elsewhere: no interface of this machine has \(network.gateway), "
                    + "so the addresses of replicas (\(network)) cannot be reached from here",
                hint: "run beamctl where the Engine is (--on ssh://user@host), or name an Engine of this machine in DOCKER_HOST")
        }
        try store.setFact(Self.fact, to: "\(network)")
        try store.setFact(Self.hostFact, to: engine.host.description)
        known.withLockedValue { $0 = network }
        try await server.listen(on: network.gateway)
        return network
    }

    /// Takes the network away, and its name server. Throws `DockerError` while a container is in it.
    func remove() async throws {
        try await engine.removeNetwork(names.network)
        try store.setFact(Self.fact, to: "")
        try store.setFact(Self.hostFact, to: "")
        known.withLockedValue { $0 = nil }
        await server.stop()
    }

    private func found() async throws -> (BridgeNetwork, isNew: Bool)? {
        guard let there = try await engine.network(names.network) else { return nil }
        guard there.labels[ContainerNames.homeLabel] == names.labels[ContainerNames.homeLabel],
            let subnet = there.subnets.first
        else {
            throw LocalPlatformError(
                "the Docker network \(names.network) belongs to somebody else", hint: "docker network rm \(names.network)")
        }
        let network = try BridgeNetwork(subnet)
        if let wanted, try BridgeNetwork(wanted) != network {
            throw LocalPlatformError(
                "BEAMCTL_DOCKER_NETWORK is '\(wanted)', and the containers of this home are in \(network)",
                hint: "unset BEAMCTL_DOCKER_NETWORK; or beamctl stop --all, docker network rm \(names.network), and deploy again")
        }
        return (network, false)
    }

    private func made() async throws -> (BridgeNetwork, isNew: Bool) {
        var refusal: (any Error)?
        for network in try candidates() {
            do {
                try await engine.createNetwork(
                    DockerEngine.NetworkSpec(
                        name: names.network, interface: names.interface, subnet: "\(network)", gateway: network.gateway,
                        range: network.range, labels: names.labels))
                return (network, true)
            } catch let error as DockerError where error.code == .conflict {
                // Another request was faster.
                if let there = try await found() { return there }
                throw error
            } catch let error as DockerError where error.code == .refused {
                // Its addresses meet those of another network.
                refusal = error
            }
        }
        if let refusal {
            throw LocalPlatformError(
                "the Engine makes no network for containers, at \(wanted ?? "any block of 10.127.0.0/16"): \(refusal)",
                hint: "docker network ls shows what is taken; export BEAMCTL_DOCKER_NETWORK=<a private network that is free>, "
                    + "then beamctl daemon stop")
        }
        throw LocalPlatformError(
            "no block of 10.127.0.0/16 is free for containers",
            hint: "export BEAMCTL_DOCKER_NETWORK=<a private network that is free>, then beamctl daemon stop")
    }

    private func candidates() throws -> [BridgeNetwork] {
        if let wanted { return [try BridgeNetwork(wanted)] }
        // Replicas that are written down have addresses in the one that was.
        if let earlier = network { return [earlier] }
        let routes = MachineAddresses.routes()
        return BridgeNetwork.candidates(for: names.id).filter { candidate in !routes.contains { $0.meets(candidate.block) } }
    }
}
