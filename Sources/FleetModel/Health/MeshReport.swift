/// Who sees whom among the nodes of a cluster.
public struct MeshReport: Hashable, Codable, Sendable {
    /// A node that ought to see another and does not.
    public struct Blindness: Hashable, Codable, Sendable {
        /// The node that was asked.
        public var node: String
        /// The node that is missing from its `nodes()`.
        public var misses: String

        /// Makes one.
        public init(node: String, misses: String) {
            self.node = node
            self.misses = misses
        }
    }

    /// Whether every node sees every other.
    public var full: Bool
    /// The groups of nodes that reach each other, each sorted, largest first. One group when nothing is split.
    public var partitions: [[String]]
    /// Each pair that is not as it ought to be, in order.
    public var blind: [Blindness]
    /// The app of each node, where several apps are one cluster (`cluster.name`); else nil.
    public var apps: [String: String]?

    /// Makes a report.
    public init(full: Bool, partitions: [[String]], blind: [Blindness], apps: [String: String]? = nil) {
        self.full = full
        self.partitions = partitions
        self.blind = blind
        self.apps = apps
    }
}
