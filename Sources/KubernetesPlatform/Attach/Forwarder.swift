import KubernetesClient
import NIOCore
import NIOPosix

/// A port of this machine's loopback that leads to the distribution port of a pod, through the API server: one connection there for each
/// here.
final class Forwarder: Sendable {
    /// The port, on 127.0.0.1.
    let port: Int
    private let server: any Channel

    /// How many connections to one pod there are room for.
    private static let backlog: Int32 = 16

    /// Listens. Throws `IOError`.
    init(to pod: String, in namespace: String, through client: KubernetesClient) async throws {
        server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: Self.backlog)
            // Nothing is read before there is somewhere to write it to.
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { near in
                Task {
                    do {
                        let far = try await client.portForward(pod, port: AppPlan.distributionPort, in: namespace) {
                            $0.eventLoop.makeSucceededVoidFuture()
                        }
                        try await Self.join(near, far)
                    } catch {
                        near.close(promise: nil)
                    }
                }
                return near.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = server.localAddress?.port ?? 0
    }

    private static func join(_ near: any Channel, _ far: any Channel) async throws {
        do {
            for (one, other) in [(far, near), (near, far)] {
                try await one.eventLoop.submit { try one.pipeline.syncOperations.addHandler(JoinedChannel(to: other)) }.get()
            }
            try await near.setOption(.autoRead, value: true).get()
        } catch {
            far.close(promise: nil)
            throw error
        }
        guard near.isActive, far.isActive else {
            near.close(promise: nil)
            far.close(promise: nil)
            return
        }
        near.read()
    }

    /// Listens no more; connections that are open stay until one of their ends goes.
    func close() { server.close(promise: nil) }
}

/// Hands on to another channel whatever comes, as fast as that takes it, and ends with it.
private final class JoinedChannel: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(to other: any Channel) {
        self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other.write(unwrapInboundIn(data), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        other.flush()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        other.setOption(.autoRead, value: context.channel.isWritable).whenFailure { _ in }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
