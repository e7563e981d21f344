/// What one BEAM says of itself.
public struct NodeReport: Hashable, Codable, Sendable {
    /// How much of a bounded table is in use.
    public struct Usage: Hashable, Codable, Sendable {
        /// Entries in use.
        public var count: Int
        /// Entries that there can be.
        public var limit: Int

        /// Makes one.
        public init(count: Int, limit: Int) {
            self.count = count
            self.limit = limit
        }
    }

    /// The node's Erlang name.
    public var node: String
    /// The OTP release, such as `25`.
    public var otp: String
    /// Seconds since the BEAM started (`erlang:statistics(wall_clock)`).
    public var uptimeSeconds: Int
    /// `erlang:memory()`: bytes by kind; always holds `total`.
    public var memory: [String: Int]
    /// Processes.
    public var processes: Usage
    /// Atoms.
    public var atoms: Usage
    /// Ports.
    public var ports: Usage
    /// Processes and ports that wait for a scheduler (`erlang:statistics(total_run_queue_lengths)`).
    public var runQueue: Int
    /// The share of time that normal schedulers worked since the snapshot before, 0…1; nil until there are two snapshots.
    public var schedulerUtilization: Double?
    /// The visible nodes it is connected to, sorted.
    public var peers: [String]
    /// The names of the applications that have started, sorted.
    public var applications: [String]
    /// Whether the boot script has finished (`init:get_status/0`).
    public var isBooted: Bool

    /// Makes a report.
    public init(
        node: String, otp: String, uptimeSeconds: Int, memory: [String: Int], processes: Usage, atoms: Usage, ports: Usage,
        runQueue: Int, schedulerUtilization: Double?, peers: [String], applications: [String], isBooted: Bool
    ) {
        self.node = node
        self.otp = otp
        self.uptimeSeconds = uptimeSeconds
        self.memory = memory
        self.processes = processes
        self.atoms = atoms
        self.ports = ports
        self.runQueue = runQueue
        self.schedulerUtilization = schedulerUtilization
        self.peers = peers
        self.applications = applications
        self.isBooted = isBooted
    }
}
