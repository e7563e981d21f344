import ExternalTermFormat
import NIOCore
import NIOPosix
import Testing

@testable import ErlangDistribution

/// A server that answers with what a test tells it to, to find out what we do with peers that are none.
private final class FakePeer: Sendable {
    enum Step: Sendable {
        /// Waits until this many bytes have come in all.
        case await(Int)
        case send([UInt8])
        case close
    }

    let channel: any Channel

    private init(_ channel: any Channel) {
        self.channel = channel
    }

    static func with<Value: Sendable>(
        _ steps: [Step], body: (TCPDialer, PeerName) async throws -> Value
    ) async throws -> Value {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(Script(steps))
                }
            }
            .bind(host: "127.92.255.1", port: 0).get()
        do {
            let port = try #require(channel.localAddress?.port)
            let value = try await body(TCPDialer(port: port), peerName("fake@127.92.255.1"))
            try await channel.close().get()
            return value
        } catch {
            try await channel.close().get()
            throw error
        }
    }

    private final class Script: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var steps: ArraySlice<Step>
        private var received = 0

        init(_ steps: [Step]) { self.steps = steps[...] }

        func channelActive(context: ChannelHandlerContext) { run(context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += unwrapInboundIn(data).readableBytes
            run(context)
        }

        private func run(_ context: ChannelHandlerContext) {
            while let step = steps.first {
                switch step {
                case .await(let count) where received < count: return
                case .await: break
                case .send(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                case .close: context.close(promise: nil)
                }
                steps = steps.dropFirst()
            }
        }
    }
}

@Suite("With peers that are none")
struct FakePeerTests {
    /// 2 + 15 bytes before the host part, which is 12 long here.
    static let nameBytes = 29
    static let status = ByteBuffer.named("ABC@127.92.255.1", creation: 3).framedShort.bytes
    static let challenge = ByteBuffer.challenge(5, flags: .ours, name: "fake@127.92.255.1").framedShort.bytes

    private func code(_ steps: [FakePeer.Step], timeout: Duration = .seconds(20)) async throws -> ConnectError.Code? {
        try await FakePeer.with(steps) { dialer, name in
            let error = await #expect(throws: ConnectError.self) {
                try await NodeConnection.connect(to: name, through: dialer, cookie: cookie(), timeout: timeout)
            }
            return error?.code
        }
    }

    @Test("garbage is no node, whether it speaks first or after us")
    func garbage() async throws {
        let http = Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
        #expect(try await code([.await(Self.nameBytes), .send(http)]) == .protocolViolation)
        #expect(try await code([.send(http)]) == .protocolViolation)
        #expect(try await code([.await(Self.nameBytes), .send([0, 0])]) == .protocolViolation)
        #expect(try await code([.await(Self.nameBytes), .send([0, 3, 115, 111, 107])]) == .incompatible)
    }

    @Test("a peer that closes in mid-handshake says how far it came")
    func closing() async throws {
        #expect(try await code([.close]) == .closedByPeer)
        #expect(try await code([.await(Self.nameBytes), .close]) == .closedByPeer)
        #expect(try await code([.await(Self.nameBytes), .send([0, 9, 115]), .close]) == .closedByPeer)
        #expect(try await code([.await(Self.nameBytes), .send(Self.status), .close]) == .closedByPeer)
        let asked: [FakePeer.Step] = [.await(Self.nameBytes), .send(Self.status + Self.challenge)]
        #expect(try await code(asked + [.await(Self.nameBytes + 23), .close]) == .cookieRefused)
    }

    @Test("a peer that does not prove that it knows the cookie is refused")
    func impostor() async throws {
        let steps: [FakePeer.Step] = [
            .await(Self.nameBytes), .send(Self.status + Self.challenge), .await(Self.nameBytes + 23),
            .send([0, 17, 97] + Array(repeating: 0, count: 16)),
        ]
        #expect(try await code(steps) == .peerNotProven)
    }

    @Test("a peer that says nothing, or stops in between, is left when the time is over")
    func mute() async throws {
        #expect(try await code([], timeout: .milliseconds(200)) == .timedOut)
        #expect(try await code([.await(Self.nameBytes), .send(Self.status)], timeout: .milliseconds(200)) == .timedOut)
        #expect(try await code([.await(Self.nameBytes), .send([0])], timeout: .milliseconds(200)) == .timedOut)
    }

    @Test("a task that is cancelled while it connects is let go at once")
    func cancelled() async throws {
        try await FakePeer.with([]) { dialer, name in
            let task = Task {
                try await NodeConnection.connect(to: name, through: dialer, cookie: cookie(), timeout: .seconds(60))
            }
            task.cancel()
            await #expect(throws: ConnectError.self) { try await task.value }
            let later = Task {
                try await NodeConnection.connect(to: name, through: dialer, cookie: cookie(), timeout: .seconds(60))
            }
            await Task.yield()
            later.cancel()
            let error = await #expect(throws: ConnectError.self) { try await later.value }
            #expect(error?.code == .cancelled)
        }
    }
}
