import FleetModel

/// How the fleet reaches the BEAM within a replica.
protocol NodeDialer: Sendable {
    /// Connects to a node as a hidden one, with its cookie proven both ways. Throws when nothing answers, or not as it should.
    func connect(node: String, address: String, cookie: String) async throws -> any NodeSession
}

/// An open connection to one BEAM.
protocol NodeSession: Sendable {
    /// One whole snapshot, in one round trip.
    func report(timeout: Duration) async throws -> NodeReport

    /// Ends it.
    func close() async
}
