/// How a container of an image is run, and what its file system is made of (OCI image specification, "Image Configuration").
public struct ImageConfig: Hashable, Codable, Sendable {
    /// When it was made, RFC 3339.
    public var created: String?
    /// Go's name of the architecture.
    public var architecture: String
    /// Go's name of the system.
    public var os: String
    /// Which kind of the architecture.
    public var variant: String?
    /// How it is run.
    public var config: Execution?
    /// Its layers, unpacked.
    public var rootfs: RootFileSystem
    /// How each layer came about.
    public var history: [History]?

    enum CodingKeys: String, CodingKey {
        case created, architecture, os, variant, config, rootfs, history
    }

    /// The digests of the layers' tar archives, the lowest first.
    public struct RootFileSystem: Hashable, Codable, Sendable {
        /// Always `layers`.
        public var type = "layers"
        /// A digest for each layer, of its uncompressed tar archive.
        public var diffIDs: [Digest]

        enum CodingKeys: String, CodingKey {
            case type
            case diffIDs = "diff_ids"
        }

        /// Makes one.
        public init(diffIDs: [Digest]) {
            self.diffIDs = diffIDs
        }
    }

    /// How one layer came about; or what was done without making one.
    public struct History: Hashable, Codable, Sendable {
        /// When, RFC 3339.
        public var created: String?
        /// By what.
        public var createdBy: String?
        /// In words.
        public var comment: String?
        /// Whether no layer came of it.
        public var emptyLayer: Bool?

        enum CodingKeys: String, CodingKey {
            case created, comment
            case createdBy = "created_by"
            case emptyLayer = "empty_layer"
        }

        /// Makes one.
        public init(created: String?, createdBy: String?, comment: String? = nil) {
            self.created = created
            self.createdBy = createdBy
            self.comment = comment
        }
    }

    /// How a container is run.
    public struct Execution: Hashable, Codable, Sendable {
        /// The user, and perhaps the group: `65534:65534`, `nobody`.
        public var user: String?
        /// Ports that it listens on: `4000/tcp`.
        public var exposedPorts: [String: Empty]?
        /// Its environment, `NAME=value`.
        public var environment: [String]?
        /// The program and the arguments that are always there.
        public var entrypoint: [String]?
        /// The arguments that `docker run` may replace.
        public var command: [String]?
        /// Folders that outlive a container.
        public var volumes: [String: Empty]?
        /// Where it starts.
        public var workingDirectory: String?
        /// Labels.
        public var labels: [String: String]?
        /// The signal that asks it to end.
        public var stopSignal: String?
        /// How it is asked whether it is well (Docker's own; not in the specification).
        public var healthCheck: HealthCheck?

        enum CodingKeys: String, CodingKey {
            case user = "User"
            case exposedPorts = "ExposedPorts"
            case environment = "Env"
            case entrypoint = "Entrypoint"
            case command = "Cmd"
            case volumes = "Volumes"
            case workingDirectory = "WorkingDir"
            case labels = "Labels"
            case stopSignal = "StopSignal"
            case healthCheck = "Healthcheck"
        }

        /// Makes one that says nothing.
        public init() {}
    }

    /// An object without anything in it.
    public struct Empty: Hashable, Codable, Sendable {
        /// Makes one.
        public init() {}
    }

    /// How a container is asked whether it is well.
    public struct HealthCheck: Hashable, Codable, Sendable {
        /// `CMD` and words, or `CMD-SHELL` and a text.
        public var test: [String]?
        /// Nanoseconds between two questions.
        public var interval: Int?
        /// Nanoseconds for an answer.
        public var timeout: Int?
        /// Nanoseconds after the start in which a bad answer does not count.
        public var startPeriod: Int?
        /// How many bad answers make it unwell.
        public var retries: Int?

        enum CodingKeys: String, CodingKey {
            case test = "Test"
            case interval = "Interval"
            case timeout = "Timeout"
            case startPeriod = "StartPeriod"
            case retries = "Retries"
        }

        /// Makes one.
        public init(test: [String], interval: Int, timeout: Int, startPeriod: Int, retries: Int) {
            self.test = test
            self.interval = interval
            self.timeout = timeout
            self.startPeriod = startPeriod
            self.retries = retries
        }
    }

    /// Makes one without layers.
    public init(platform: ImagePlatform, created: String? = nil) {
        self.created = created
        architecture = platform.architecture
        os = platform.os
        variant = platform.variant
        rootfs = RootFileSystem(diffIDs: [])
    }

    /// The machine that it is for.
    public var platform: ImagePlatform { ImagePlatform(os: os, architecture: architecture, variant: variant) }
}
