/// What the BEAMs of an app say of themselves: the shape of `beamctl nodes APP --json`.
public struct NodesReport: Hashable, Codable, Sendable {
    /// The app's name.
    public var app: String
    /// One entry for each replica, by age.
    public var nodes: [NodeStatus]
    /// Who sees whom.
    public var mesh: MeshReport

    /// Makes a report.
    public init(app: String, nodes: [NodeStatus], mesh: MeshReport) {
        self.app = app
        self.nodes = nodes
        self.mesh = mesh
    }
}

/// One replica with what its BEAM said; the BEAM's own figures are nil when it did not answer.
public struct NodeStatus: Hashable, Codable, Sendable {
    /// The node's Erlang name.
    public var node: String?
    /// The replica's name.
    public var replica: String
    /// The replica's phase.
    public var state: Replica.Phase
    /// Why the figures are missing, or why the replica is in this state.
    public var problem: String?
    /// The OTP release.
    public var otp: String?
    /// Seconds since the BEAM started.
    public var uptimeSeconds: Int?
    /// Bytes by kind; `total` is always there.
    public var memory: [String: Int]?
    /// Processes.
    public var processes: NodeReport.Usage?
    /// Atoms.
    public var atoms: NodeReport.Usage?
    /// Ports.
    public var ports: NodeReport.Usage?
    /// What waits for a scheduler.
    public var runQueue: Int?
    /// 0…1.
    public var schedulerUtilization: Double?
    /// The visible nodes it is connected to.
    public var peers: [String]?

    /// Joins what the platform knows with what the BEAM said.
    public init(replica: Replica, report: NodeReport?, problem: String?) {
        node = replica.node
        self.replica = replica.name
        state = replica.phase
        self.problem = problem ?? replica.reason
        otp = report?.otp
        uptimeSeconds = report?.uptimeSeconds
        memory = report?.memory
        processes = report?.processes
        atoms = report?.atoms
        ports = report?.ports
        runQueue = report?.runQueue
        schedulerUtilization = report?.schedulerUtilization
        peers = report?.peers
    }
}
