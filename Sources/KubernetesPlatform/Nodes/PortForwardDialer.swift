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
        try await client.portForward(
            pod, port: AppPlan.distributionPort, in: namespace, timeout: timeout, configure: configure)
    }
}
