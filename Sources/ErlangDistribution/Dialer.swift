public import NIOCore

/// A way to a node's distribution port: TCP, TLS, a port-forward.
public protocol Dialer: Sendable {
    /// Opens a byte stream to a node.
    ///
    /// - Parameters:
    ///   - peer: the node to be reached.
    ///   - timeout: how long it may take.
    ///   - configure: must be called with each channel that is made, before it becomes active if that can be had; what the
    ///     dialer itself wants in the pipeline (TLS) goes in before.
    /// - Returns: the channel, one of those that were configured.
    /// - Throws: ``ConnectError`` where the dialer knows the kind of failure, else whatever it met.
    func dial(
        _ peer: PeerName, timeout: Duration, configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel
}
