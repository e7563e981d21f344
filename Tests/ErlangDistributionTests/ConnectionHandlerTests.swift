import ExternalTermFormat
import NIOCore
import NIOEmbedded
import Testing

@testable import ErlangDistribution

/// The shell, on a channel without a socket and an event loop whose time stands still unless a test moves it.
@Suite("Connection without a socket")
struct ConnectionHandlerTests {
    /// Counts how often the connection is willing to read.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var reads = 0

        func read(context: ChannelHandlerContext) {
            reads += 1
            context.read()
        }
    }

    /// A connection whose handshake is done.
    private struct Peer {
        let channel = EmbeddedChannel()
        let reads = ReadCounter()
        let handler: ConnectionHandler

        init(_ settings: ConnectionSettings = ConnectionSettings()) throws {
            let cookie = try cookie()
            let handshake = Handshake(
                peer: try peerName("a@127.92.0.11"), localName: .assignedByPeer(host: "127.0.0.1"), cookie: cookie, challenge: 7)
            handler = ConnectionHandler(
                peer: try peerName("a@127.92.0.11"), handshake: handshake, settings: settings,
                deadline: channel.eventLoop.now + .seconds(7), established: channel.eventLoop.makePromise())
            let decoder = ByteToMessageHandler(FrameDecoder(maximumMessageBytes: settings.maximumMessageBytes))
            try channel.pipeline.syncOperations.addHandlers(reads, decoder, handler)
            try channel.connect(to: SocketAddress(ipAddress: "127.92.0.11", port: 4370)).wait()
            try channel.writeInbound(ByteBuffer.named("ABC@127.0.0.1", creation: 3).framedShort)
            try channel.writeInbound(ByteBuffer.challenge(1, flags: .ours, name: "a@127.92.0.11").framedShort)
            try channel.writeInbound(ByteBuffer.message("a", cookie.digest(challenge: 7)).framedShort)
            _ = try sent()
        }

        /// What has been sent since this was asked last.
        func sent() throws -> [ByteBuffer] {
            var buffers: [ByteBuffer] = []
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) { buffers.append(buffer) }
            return buffers
        }

        /// Begins a batch of calls; the box is filled when all have an outcome.
        func begin(_ calls: [RemoteCall], timeout: TimeAmount = .seconds(5), number: UInt64 = 1) throws -> Box {
            let box = Box()
            let promise = channel.eventLoop.makePromise(of: [Calls.Outcome].self)
            promise.futureResult.assumeIsolated().whenSuccess { box.outcomes = $0 }
            handler.begin(number, try calls.map { .success(try $0.encoded()) }, timeout: timeout, promise: promise)
            return box
        }

        var loss: ConnectionLoss? {
            guard case .down(let loss) = handler.phase else { return nil }
            return loss
        }
    }

    private final class Box {
        var outcomes: [Calls.Outcome]?
    }

    private let tick = ByteBuffer(integer: UInt32(0))

    @Test("a batch goes out in one piece, and is over when the last answer is there or the time is")
    func batch() throws {
        let peer = try Peer()
        let calls = Array(repeating: RemoteCall("erlang", "node"), count: 3)
        let box = try peer.begin(calls, timeout: .seconds(2))
        #expect(try peer.sent().count == 1)
        let ourself = Term.pid(Pid(node: "ABC@127.0.0.1", id: 1, serial: 0, creation: 3))
        let first = Term.reference(Reference(node: "ABC@127.0.0.1", creation: 3, words: (1, 0, 0)))
        try peer.channel.writeInbound(
            ByteBuffer.passThrough(.tuple([2, .atom(""), ourself]), .tuple([first, .atom("a")])).framed)
        #expect(box.outcomes == nil)
        peer.channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(box.outcomes == [.success(.atom("a")), .failure(.timedOut), .failure(.timedOut)])
        _ = try peer.channel.finish()
    }

    @Test("when the connection ends, so does every batch, and later ones at once")
    func connectionEnds() throws {
        let peer = try Peer()
        let boxes = try (1...3).map { try peer.begin([RemoteCall("erlang", "node")], number: $0) }
        _ = try peer.channel.finish()
        let loss = try #require(peer.loss)
        #expect(loss.code == .closedByPeer)
        #expect(boxes.allSatisfy { $0.outcomes == [.failure(.connectionLost(loss))] })
        #expect(try peer.begin([RemoteCall("erlang", "node")], number: 4).outcomes == [.failure(.connectionLost(loss))])
    }

    @Test("a sign of life goes out in each quarter of the tick time, and a silent peer is given up after it")
    func heartbeat() throws {
        let peer = try Peer(ConnectionSettings(tickTime: .seconds(60)))
        let loop = peer.channel.embeddedEventLoop
        loop.advanceTime(by: .seconds(15))  // we spoke during the handshake only, which does not count
        #expect(try peer.sent() == [tick])
        _ = try peer.begin([RemoteCall("erlang", "node")], timeout: .hours(1))
        #expect(try peer.sent().count == 1)
        loop.advanceTime(by: .seconds(15))
        #expect(try peer.sent() == [])
        try peer.channel.writeInbound(tick)
        loop.advanceTime(by: .seconds(60))
        #expect(peer.loss == nil)
        loop.advanceTime(by: .seconds(15))
        #expect(peer.loss?.code == .silent)
        _ = try? peer.channel.finish()
    }

    @Test("a tick is answered by a tick")
    func tickAnswered() throws {
        let peer = try Peer()
        try peer.channel.writeInbound(tick)
        #expect(try peer.sent() == [tick])
        _ = try peer.channel.finish()
    }

    @Test("while the peer does not read what we owe it, we do not read either")
    func backPressure() throws {
        let peer = try Peer()
        let before = peer.reads.reads
        peer.channel.isWritable = false
        peer.channel.pipeline.fireChannelWritabilityChanged()
        peer.channel.read()
        peer.channel.read()
        #expect(peer.reads.reads == before)
        peer.channel.isWritable = true
        peer.channel.pipeline.fireChannelWritabilityChanged()
        #expect(peer.reads.reads == before + 1)
        _ = try peer.channel.finish()
    }

    @Test("bytes beyond what may wait are not sent")
    func unsentBytes() throws {
        let peer = try Peer(ConnectionSettings(maximumUnsentBytes: 2_000))
        let call = RemoteCall("erlang", "hd", [[.binary(Array(repeating: 0, count: 800))]])
        let box = try peer.begin([call, call, call], timeout: .seconds(1))
        peer.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(box.outcomes == [.failure(.timedOut), .failure(.timedOut), .failure(.overloaded)])
        _ = try peer.channel.finish()
    }

    @Test(
        "what no node sends ends the connection, with what it was", arguments: [[131, 68, 0], [112, 131, 1], [112, 131, 106]])
    func violation(bytes: [UInt8]) throws {
        let peer = try Peer()
        try peer.channel.writeInbound(ByteBuffer(bytes: bytes).framed)
        #expect(peer.loss?.code == .protocolViolation)
        #expect(peer.loss?.detail.hasPrefix("a@127.92.0.11 sent ") == true)
        _ = try? peer.channel.finish()
    }

    @Test("the handshake fails when its time is over")
    func handshakeTime() throws {
        let channel = EmbeddedChannel()
        let promise = channel.eventLoop.makePromise(of: Handshake.Introduction.self)
        let peer = try peerName("a@127.92.0.11")
        let handshake = Handshake(peer: peer, localName: .assignedByPeer(host: "h"), cookie: try cookie(), challenge: 7)
        let handler = ConnectionHandler(
            peer: peer, handshake: handshake, settings: ConnectionSettings(), deadline: channel.eventLoop.now + .seconds(7),
            established: promise)
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.92.0.11", port: 4370)).wait()
        channel.embeddedEventLoop.advanceTime(by: .seconds(7))
        let error = #expect(throws: ConnectError.self) { try promise.futureResult.wait() }
        #expect(error?.code == .timedOut)
        #expect(!channel.isActive)
    }
}
