/// What a container is made of (Engine API, "Create a container"): the parts of it that are used.
public struct ContainerSpec: Encodable, Hashable, Sendable {
    /// The image, a name or an id.
    public var image: String
    /// The program that runs, with the arguments that are always there.
    public var entrypoint: [String]?
    /// Its arguments.
    public var command: [String]
    /// Its environment, `NAME=value`.
    public var environment: [String]
    /// Where it starts.
    public var workingDirectory: String?
    /// The user, `uid:gid`; nil: the image's.
    public var user: String?
    /// Labels.
    public var labels: [String: String]
    /// The host name that it sees; nil: its id.
    public var hostname: String?
    /// What it may do and use.
    public var host: HostConfig
    /// The networks that it is in.
    public var network: NetworkingConfig?
    /// How it is asked whether it is well; nil: as the image says.
    public var healthCheck: HealthCheck?

    /// Turns a check of the image's off.
    public struct HealthCheck: Encodable, Hashable, Sendable {
        /// `["NONE"]`.
        public var test: [String]

        /// Makes one.
        public init(test: [String]) {
            self.test = test
        }

        enum CodingKeys: String, CodingKey {
            case test = "Test"
        }
    }

    enum CodingKeys: String, CodingKey {
        case image = "Image"
        case entrypoint = "Entrypoint"
        case command = "Cmd"
        case environment = "Env"
        case workingDirectory = "WorkingDir"
        case user = "User"
        case labels = "Labels"
        case hostname = "Hostname"
        case host = "HostConfig"
        case network = "NetworkingConfig"
        case healthCheck = "Healthcheck"
    }

    /// What a container may do and use.
    public struct HostConfig: Encodable, Hashable, Sendable {
        /// Bytes of memory; 0: as much as there is.
        public var memory = 0
        /// Billionths of a processor; 0: as much as there is.
        public var nanoCPUs = 0
        /// Whether nothing of the image's file system can be written to.
        public var isReadOnly = false
        /// Folders in memory, with their options.
        public var temporary: [String: String] = [:]
        /// Volumes and folders of the host, `name:/path[:ro]`.
        public var binds: [String] = []
        /// Limits of processes.
        public var limits: [ResourceLimit] = []
        /// Capabilities that are taken away.
        public var dropped: [String] = []
        /// Options such as `no-new-privileges`.
        public var security: [String] = []
        /// Whether a small init reaps what the program leaves behind.
        public var hasInit = false
        /// Where its output goes.
        public var log: LogConfig?
        /// Whether it goes with its end.
        public var removesItself = false

        enum CodingKeys: String, CodingKey {
            case memory = "Memory"
            case nanoCPUs = "NanoCpus"
            case isReadOnly = "ReadonlyRootfs"
            case temporary = "Tmpfs"
            case binds = "Binds"
            case limits = "Ulimits"
            case dropped = "CapDrop"
            case security = "SecurityOpt"
            case hasInit = "Init"
            case log = "LogConfig"
            case removesItself = "AutoRemove"
        }

        /// Makes one without limits.
        public init() {}
    }

    /// A limit of processes (getrlimit(2)).
    public struct ResourceLimit: Encodable, Hashable, Sendable {
        /// `nofile`.
        public var name: String
        /// What holds.
        public var soft: Int
        /// What it may be raised to.
        public var hard: Int

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case soft = "Soft"
            case hard = "Hard"
        }

        /// Makes one.
        public init(name: String, soft: Int, hard: Int) {
            (self.name, self.soft, self.hard) = (name, soft, hard)
        }
    }

    /// Where output goes.
    public struct LogConfig: Encodable, Hashable, Sendable {
        /// The driver.
        public var type: String
        /// Its options.
        public var config: [String: String]

        enum CodingKeys: String, CodingKey {
            case type = "Type"
            case config = "Config"
        }

        /// Makes one.
        public init(type: String, config: [String: String]) {
            (self.type, self.config) = (type, config)
        }
    }

    /// The networks that a container is in.
    public struct NetworkingConfig: Encodable, Hashable, Sendable {
        /// By name.
        public var endpoints: [String: Endpoint]

        enum CodingKeys: String, CodingKey {
            case endpoints = "EndpointsConfig"
        }

        /// In one network, with an address of its own there.
        public init(network: String, address: String) {
            endpoints = [network: Endpoint(address: .init(ipv4: address))]
        }

        /// How it is in one network.
        public struct Endpoint: Encodable, Hashable, Sendable {
            /// The address that it gets.
            public var address: Address

            enum CodingKeys: String, CodingKey {
                case address = "IPAMConfig"
            }

            /// An address.
            public struct Address: Encodable, Hashable, Sendable {
                /// In dotted form.
                public var ipv4: String

                enum CodingKeys: String, CodingKey {
                    case ipv4 = "IPv4Address"
                }
            }
        }
    }

    /// Makes one; what is left out is as the image says.
    public init(image: String, command: [String] = [], environment: [String] = [], labels: [String: String] = [:]) {
        (self.image, self.command, self.environment, self.labels) = (image, command, environment, labels)
        host = HostConfig()
    }
}
