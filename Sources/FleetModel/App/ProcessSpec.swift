/// One role of an app: the same release, with its own replicas, environment and ports.
public struct ProcessSpec: Hashable, Codable, Sendable {
    /// How many replicas are wanted.
    public var replicas: Int
    /// The HTTP port of the process; nil when it serves none.
    public var http: HTTPSpec?
    /// Other ports that the process listens on, by name, announced in DNS as SRV records.
    public var ports: [String: Int]
    /// Environment of this process alone; wins over the app's.
    public var env: [String: String]
    /// What is run instead of the release's start: the words of a command, 1 to ``mostWords``. The first is a path inside the
    /// release (`bin/server`) or a command of its start script (`start_iex`). nil: the release's own start.
    public var command: [String]?
    /// How much processor time and memory a replica gets; nil: as much as there is.
    public var resources: ResourceSpec?
    /// How many replicas there are where something else decides that; nil: ``replicas``. Replicas of one machine are always so many.
    public var autoscale: AutoscaleSpec?
    /// What a replica keeps when it is replaced.
    public var identity: Identity
    /// The volumes that each replica has, by name, with ``Identity/stable``.
    public var volumes: [String: VolumeSpec]

    /// How many replicas one process may have on one machine.
    public static let mostReplicas = 1000
    /// How many words a command may have.
    public static let mostWords = 64

    /// Makes a description; what is left out has the manifest's defaults.
    public init(
        replicas: Int = 1, http: HTTPSpec? = nil, ports: [String: Int] = [:], env: [String: String] = [:],
        command: [String]? = nil, resources: ResourceSpec? = nil, autoscale: AutoscaleSpec? = nil, identity: Identity = .none,
        volumes: [String: VolumeSpec] = [:]
    ) {
        self.replicas = replicas
        self.http = http
        self.ports = ports
        self.env = env
        self.command = command
        self.resources = resources
        self.autoscale = autoscale
        self.identity = identity
        self.volumes = volumes
    }

    enum CodingKeys: String, CodingKey {
        case replicas, http, ports, env, command, resources, autoscale, identity, volumes
    }
}

/// The HTTP side of a process.
public struct HTTPSpec: Hashable, Codable, Sendable {
    /// The port that `PORT` names where a replica has a network of its own (a container, a pod). A replica that is a process of this
    /// machine gets its own port between 20000 and 29999 instead, so that replicas which listen on every address do not meet.
    public var port: Int
    /// The path that answers 2xx or 3xx when the process is ready for traffic; nil: no such check.
    public var health: String?
    /// What the paths of the requests begin with that it takes: `/` for all, `/api` for `/api` and what lies below.
    public var path: String
    /// How many bytes the body of a request may have; nil: the platform's own bound.
    public var maxBodyBytes: Int?
    /// Whether a request that comes in clear is sent on to HTTPS, where there is a certificate for its host.
    public var forcesHTTPS: Bool

    /// The port where none is named, as Phoenix has it.
    public static let defaultPort = 4000

    /// Makes a description.
    public init(
        port: Int = HTTPSpec.defaultPort, health: String? = nil, path: String = "/", maxBodyBytes: Int? = nil,
        forcesHTTPS: Bool = false
    ) {
        self.forcesHTTPS = forcesHTTPS
        self.port = port
        self.health = health
        self.path = path
        self.maxBodyBytes = maxBodyBytes
    }

    enum CodingKeys: String, CodingKey {
        case port, health, path, maxBodyBytes, forcesHTTPS
    }
}
