import DockerClient

/// How containers are run, as the daemon is told: `DOCKER_HOST`, `BEAMCTL_DOCKER_NETWORK`.
public struct ContainerSettings: Hashable, Sendable {
    /// Where the Engine is; nil: where Docker's packages put it.
    public var host: String?
    /// The network that replicas get their addresses from; nil: one that is free.
    public var network: String?
    /// The path of `beamctl`, by which commands run in containers.
    public var program: String

    /// Makes settings.
    public init(host: String? = nil, network: String? = nil, program: String) {
        self.host = host
        self.network = network
        self.program = program
    }
}
