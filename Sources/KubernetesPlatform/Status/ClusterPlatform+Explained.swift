public import FleetModel
import KubernetesClient
import NIOCore

extension ClusterPlatform {
    /// The status with what its nodes say themselves: whom they see, and those that run and are not ready, why. Who does not answer is
    /// told of as before.
    public func explained(_ status: AppStatus) async -> AppStatus {
        async let mesh = mesh(of: status)
        var explained = await withReasons(status)
        explained.mesh = await mesh
        return explained
    }

    /// Who sees whom; nil when no node says anything: then it is not the mesh that is to be told of.
    private func mesh(of status: AppStatus) async -> MeshReport? {
        guard status.revision.spec.cluster.discovery != .none, status.replicas.contains(where: { $0.phase == .ready }),
            let report = try? await nodes(of: status.deployment.key), report.nodes.contains(where: { $0.memory != nil })
        else { return nil }
        return report.mesh
    }

    /// Of what a probe was answered the kubelet tells the number alone. A few nodes are asked, all at once.
    private func withReasons(_ status: AppStatus) async -> AppStatus {
        let late = status.replicas.filter { [.starting, .unready].contains($0.phase) && $0.startedAt != nil }.prefix(
            Self.mostAsked)
        let answers = await withTaskGroup(of: (String, String?).self) { group in
            for replica in late {
                guard let process = status.revision.spec.processes[replica.process] else { continue }
                let port = AppPlan.probePort(process)
                group.addTask { (replica.name, await readiness(of: replica.name, port: port, in: replica.key.namespace)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var explained = status
        for index in explained.replicas.indices {
            guard let words = answers[explained.replicas[index].name] else { continue }
            explained.replicas[index].reason = "not ready: \(words)"
        }
        return explained
    }

    private static let mostAsked = 5

    /// Longer than the agent itself waits for the app.
    private static let patience = TimeAmount.seconds(3)

    /// Why the agent in a pod's node says that it is not ready; nil when it says that it is, or nothing.
    private func readiness(of pod: String, port: Int, in namespace: String) async -> String? {
        let (answers, teller) = AsyncStream<[UInt8]>.makeStream()
        guard
            let channel = try? await client.portForward(
                pod, port: port, in: namespace, timeout: .nanoseconds(Self.patience.nanoseconds),
                configure: { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(ProbeAnswer(teller)) }
                })
        else { return nil }
        channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
        channel.writeAndFlush(ByteBuffer(string: "GET /readyz HTTP/1.0\r\n\r\n"), promise: nil)
        for await answer in answers { return Self.reason(in: answer) }
        return nil
    }

    /// The words of an answer that is a refusal.
    static func reason(in answer: [UInt8]) -> String? {
        let text = String(decoding: answer, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.0 503 "), let head = text.firstRange(of: "\r\n\r\n") else { return nil }
        let words = PodReading.short(String(text[head.upperBound...]))
        return words.isEmpty ? nil : words
    }
}

/// Gathers what a probe is answered until the connection ends.
private final class ProbeAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let teller: AsyncStream<[UInt8]>.Continuation
    private var bytes: [UInt8] = []
    private static let most = 4096

    init(_ teller: AsyncStream<[UInt8]>.Continuation) {
        self.teller = teller
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView.prefix(Self.most - bytes.count)
        // The agent ends its words with the line; an API server may keep the connection open after the node has closed its own.
        if bytes.last == UInt8(ascii: "\n"),
            bytes.firstRange(of: Array("\r\n\r\n".utf8)).map({ $0.upperBound < bytes.count }) == true
        {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        teller.yield(bytes)
        teller.finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
