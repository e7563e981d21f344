import NIOCore
import NIOPosix
import Synchronization

/// A proxy that speaks CONNECT and SOCKS 5, and counts the ways that it gave. Its address is none that stands in the certificate of an
/// API server on this machine: that would be taken for the certificate's owner.
final class TestProxy: Sendable {
    private let given = Mutex<[String]>([])
    private let channel: any Channel
    let host = "127.0.0.2"
    let port: Int

    init() async throws {
        let note = Note()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Greeter { note.tell($0) })
                }
            }
            .bind(host: host, port: 0).get()
        port = channel.localAddress?.port ?? 0
        note.set { [weak self] way in self?.given.withLock { $0.append(way) } }
    }

    deinit { channel.close(promise: nil) }

    var ways: [String] { given.withLock { $0 } }

    private final class Note: Sendable {
        private let told = Mutex<(@Sendable (String) -> Void)?>(nil)

        func set(_ tell: @escaping @Sendable (String) -> Void) { told.withLock { $0 = tell } }
        func tell(_ way: String) { told.withLock { $0 }?(way) }
    }

    /// Takes the request for a way, goes it, and joins both ends.
    private final class Greeter: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let note: (String) -> Void
        private var hasGreeted = false

        init(_ note: @escaping (String) -> Void) {
            self.note = note
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(unwrapInboundIn(data).readableBytesView)
            if bytes.first == 5, !hasGreeted {
                hasGreeted = true
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [5, 0])), promise: nil)
            } else if bytes.first == 5 {
                let name =
                    bytes[3] == 1
                    ? bytes[4..<8].map(String.init).joined(separator: ".")
                    : String(decoding: bytes[5..<5 + Int(bytes[4])], as: UTF8.self)
                let port = Int(bytes[bytes.count - 2]) << 8 | Int(bytes[bytes.count - 1])
                join(context, name, port, answer: [5, 0, 0, 1, 0, 0, 0, 0, 0, 0], kind: "socks")
            } else {
                let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
                let place = words[1].split(separator: ":")
                join(
                    context, String(place[0]), Int(place[1]) ?? 0, answer: Array("HTTP/1.1 200 OK\r\n\r\n".utf8), kind: "connect")
            }
        }

        private func join(_ context: ChannelHandlerContext, _ host: String, _ port: Int, answer: [UInt8], kind: String) {
            note("\(kind) \(host):\(port)")
            let near = context.channel
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop)
                .channelInitializer { far in
                    far.eventLoop.makeCompletedFuture { try far.pipeline.syncOperations.addHandler(Pipe(near)) }
                }
                .connect(host: host, port: port).whenComplete { result in
                    let (handler, context) = bound.value
                    guard case .success(let far) = result else { return context.close(promise: nil) }
                    try? near.pipeline.syncOperations.addHandler(Pipe(far))
                    context.writeAndFlush(handler.wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
                    near.pipeline.syncOperations.removeHandler(context: context, promise: nil)
                }
        }
    }

    private final class Pipe: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let other: any Channel

        init(_ other: any Channel) {
            self.other = other
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }
        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }
    }
}
