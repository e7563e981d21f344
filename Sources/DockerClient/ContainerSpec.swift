/// What a container is made of (Engine API, `ContainerCreate`), as far as it is asked for.
public struct ContainerSpec: Hashable, Sendable {
    /// The image, by its id or name.
    public var image: String
    /// The program with its first arguments, instead of the image's own.
    public var entrypoint: [String]
    /// More arguments.
    public var command: [String]
    /// The user, as `uid:gid`; nil: the image's.
    public var user: String?
    /// The folder that it starts in.
    public var directory: String
    /// By which it is found again.
    public var labels: [String: String]
    /// The network that it joins.
    public var network: String
    /// Its address there; nil: one that the Engine chooses.
    public var address: String?
    /// The folder on which a volume of its own lies, which goes with it.
    public var volume: String
    /// Bytes of memory; nil: as much as there is.
    public var memoryBytes: Int?
    /// Thousandths of a processor; nil: as many as there are.
    public var cpuMillis: Int?

    /// Makes one.
    public init(
        image: String, entrypoint: [String], command: [String] = [], user: String? = nil, directory: String,
        labels: [String: String], network: String,
        address: String? = nil, volume: String, memoryBytes: Int? = nil, cpuMillis: Int? = nil
    ) {
        self.image = image
        self.entrypoint = entrypoint
        self.command = command
        self.user = user
        self.directory = directory
        self.labels = labels
        self.network = network
        self.address = address
        self.volume = volume
        self.memoryBytes = memoryBytes
        self.cpuMillis = cpuMillis
    }

    /// Bytes of an Engine's own log file of a container, and how many it keeps.
    static let (logSize, logFiles) = ("20m", "3")
}

extension ContainerSpec {
    /// As the Engine takes it: no right that a plain process would not have, a root that cannot be written to, started again by nobody
    /// but its owner.
    var body: EngineBody {
        .object([
            "Image": .text(image), "Entrypoint": .words(entrypoint), "Cmd": .words(command), "User": user.map { .text($0) },
            "WorkingDir": .text(directory), "Labels": .texts(labels),
            "Healthcheck": .object(["Test": .words(["NONE"])]),
            "HostConfig": .object([
                "ReadonlyRootfs": .flag(true), "NetworkMode": .text(network), "RestartPolicy": .texts(["Name": "no"]),
                "CapDrop": .words(["ALL"]), "SecurityOpt": .words(["no-new-privileges"]),
                "Tmpfs": .texts(["/tmp": "rw,nosuid,nodev,mode=1777"]),
                "Mounts": .list([.texts(["Type": "volume", "Target": volume])]),
                "Memory": memoryBytes.map { .number($0) }, "MemorySwap": memoryBytes.map { .number($0) },
                "NanoCpus": cpuMillis.map { .number($0 * 1_000_000) },
                "LogConfig": .object([
                    "Type": .text("json-file"), "Config": .texts(["max-size": Self.logSize, "max-file": Self.logFiles]),
                ]),
            ]),
            "NetworkingConfig": .object([
                "EndpointsConfig": .object([
                    network: .object(["IPAMConfig": address.map { .texts(["IPv4Address": $0]) }])
                ])
            ]),
        ])
    }
}

/// A container as the Engine describes it.
public struct ContainerFacts: Decodable, Hashable, Sendable {
    /// What it is doing.
    public struct State: Decodable, Hashable, Sendable {
        /// `created`, `running`, `exited`, `dead`, …
        public var status: String
        /// Whether its process lives.
        public var isRunning: Bool
        /// Its process, by the number that it has outside; 0 when there is none.
        public var pid: Int32
        /// How it ended: the code, or 128 and the signal's number.
        public var exitCode: Int32
        /// Whether the kernel ended a process of it for want of memory.
        public var ranOutOfMemory: Bool
        /// When it ended, RFC 3339.
        public var finishedAt: String
        /// Why it could not be started; mostly empty.
        public var error: String

        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case isRunning = "Running"
            case pid = "Pid"
            case exitCode = "ExitCode"
            case ranOutOfMemory = "OOMKilled"
            case finishedAt = "FinishedAt"
            case error = "Error"
        }
    }

    /// Its id.
    public var id: String
    /// What it is doing.
    public var state: State
    /// Its networks, by name.
    public var networks: [String: Endpoint] { settings.networks }
    /// Bytes of memory that it may have; nil: as much as there is.
    public var memoryBytes: Int? { limits?.memory.flatMap { $0 > 0 ? $0 : nil } }
    private var settings: Settings
    private var limits: Limits?

    /// Its place in a network.
    public struct Endpoint: Decodable, Hashable, Sendable {
        /// Its address; empty while it does not run.
        public var address: String

        enum CodingKeys: String, CodingKey {
            case address = "IPAddress"
        }
    }

    private struct Settings: Decodable, Hashable, Sendable {
        var networks: [String: Endpoint]

        enum CodingKeys: String, CodingKey {
            case networks = "Networks"
        }
    }

    private struct Limits: Decodable, Hashable, Sendable {
        var memory: Int?

        enum CodingKeys: String, CodingKey {
            case memory = "Memory"
        }
    }

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case state = "State"
        case settings = "NetworkSettings"
        case limits = "HostConfig"
    }
}

/// A container in a list.
public struct ContainerEntry: Decodable, Hashable, Sendable {
    /// Its id.
    public var id: String
    /// Its labels.
    public var labels: [String: String]
    /// Seconds since 1970.
    public var created: Int

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case labels = "Labels"
        case created = "Created"
    }
}
