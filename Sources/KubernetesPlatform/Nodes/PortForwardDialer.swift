import ErlangDistribution
import KubernetesClient
import NIOCore

/// The way to the node in a pod: its distribution port, through the API server.
struct PortForwardDialer: Dialer {
    let client: KubernetesClient
    let pod: String
    let namespace: String

    func dial(
        _ peer: PeerName, timeout: Duration, configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel {
        // What is written while the connection becomes a WebSocket is refused, and a handshake begins at once. The node says nothing before
        // it was spoken to, so nothing is missed.
        let channel = try await client.portForward(pod, port: AppPlan.distributionPort, in: namespace, timeout: timeout) {
            channel in
            channel.eventLoop.makeSucceededVoidFuture()
        }
        try await configure(channel).get()
        return channel
    }
}
