/// How many replicas there are, decided by how busy they are.
public struct AutoscaleSpec: Hashable, Codable, Sendable {
    /// The fewest.
    public var fewest: Int
    /// The most.
    public var most: Int
    /// The share of `resources.cpu`, in percent, that the replicas use on average; more of them come above it, and some go below it.
    public var cpuPercent: Int

    /// Where none is named: room for the time in which a new replica boots.
    public static let defaultCPUPercent = 70

    /// Makes a description.
    public init(fewest: Int, most: Int, cpuPercent: Int = AutoscaleSpec.defaultCPUPercent) {
        self.fewest = fewest
        self.most = most
        self.cpuPercent = cpuPercent
    }
}

/// What a replica keeps when it is replaced.
public enum Identity: String, Hashable, Codable, Sendable, CaseIterable {
    /// Nothing: each has a name and an address of its own.
    case none
    /// Its number, its node's name, its volumes.
    case stable
}

/// A piece of disk that belongs to one replica, and outlives it.
public struct VolumeSpec: Hashable, Codable, Sendable {
    /// Where it is mounted, an absolute path.
    public var path: String
    /// How large it is, in bytes.
    public var sizeBytes: Int
    /// The StorageClass that makes it; nil: the cluster's default.
    public var storageClass: String?

    /// From 1 MiB to 1 PiB.
    public static let sizeRange = (1 << 20)...(1 << 50)

    /// Makes a description.
    public init(path: String, sizeBytes: Int, storageClass: String? = nil) {
        self.path = path
        self.sizeBytes = sizeBytes
        self.storageClass = storageClass
    }
}
