import ErlangDistribution
import FleetModel
import NodeHealth

/// Reaches BEAMs over Erlang distribution, as a hidden node.
struct DistributionDialer: NodeDialer {
    /// How long a handshake may take; Erlang's own `net_setuptime` is 7 s, but a node on this machine answers in milliseconds.
    static let patience = Duration.seconds(3)

    func connect(node: String, address: String, cookie: String) async throws -> any NodeSession {
        guard let peer = PeerName(node), let cookie = Cookie(cookie) else {
            throw LocalPlatformError("'\(node)' is no node name, or its cookie is none")
        }
        let connection = try await NodeConnection.connect(
            to: peer, through: TCPDialer(port: Distribution.port, host: address), cookie: cookie, timeout: Self.patience)
        return DistributionSession(connection: connection, probe: NodeProbe(connection))
    }
}

private struct DistributionSession: NodeSession {
    let connection: NodeConnection
    let probe: NodeProbe

    func report(timeout: Duration) async throws -> NodeReport { try await probe.report(timeout: timeout) }

    func close() async { await connection.close() }
}
