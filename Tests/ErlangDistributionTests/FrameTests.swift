import NIOCore
import NIOEmbedded
import NIOTestUtils
import Testing

@testable import ErlangDistribution

@Suite("Framing")
struct FrameTests {
    @Test("messages of the handshake have lengths of two bytes, however the bytes arrive")
    func handshake() throws {
        let (status, challenge) = (ByteBuffer.message("sok"), ByteBuffer.message("N", Array(repeating: 7, count: 2_047)))
        try ByteToMessageDecoderVerifier.verifyDecoder(
            inputOutputPairs: [(status.framedShort, [.handshake(status)]), (challenge.framedShort, [.handshake(challenge)])],
            decoderFactory: { FrameDecoder(maximumMessageBytes: 100) })
    }

    /// The verifier gives its decoder one input many times, so a decoder that changes for good needs this.
    @Test("the proof ends the handshake: what follows has lengths of four bytes", arguments: [1, 2, 3, 7, 1_000])
    func switching(pieceLength: Int) throws {
        let proof = ByteBuffer.message("a", Array(repeating: 9, count: 16))
        let (status, message) = (ByteBuffer.message("sok"), ByteBuffer(bytes: [112, 1, 2]))
        var stream = ByteBuffer()
        for part in [status.framedShort, proof.framedShort, message.framed, ByteBuffer().framed, message.framed] {
            stream.writeImmutableBuffer(part)
        }
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(FrameDecoder(maximumMessageBytes: 100)))
        while let piece = stream.readSlice(length: min(pieceLength, stream.readableBytes)), piece.readableBytes > 0 {
            try channel.writeInbound(piece)
        }
        var frames: [Frame] = []
        while let frame = try channel.readInbound(as: Frame.self) { frames.append(frame) }
        #expect(frames == [.handshake(status), .handshake(proof), .message(message), .tick, .message(message)])
        _ = try channel.finish()
    }

    @Test("messages, ticks and what is too large come out in their order")
    func messages() throws {
        let small = ByteBuffer(repeating: 112, count: 100)
        let large = ByteBuffer(repeating: 113, count: 101)
        let larger = ByteBuffer(repeating: 114, count: FrameDecoder.headBytes + 500)
        let head = ByteBuffer(repeating: 114, count: FrameDecoder.headBytes)
        try ByteToMessageDecoderVerifier.verifyDecoder(
            inputOutputPairs: [
                (small.framed, [.message(small)]),
                (ByteBuffer().framed, [.tick]),
                (large.framed, [.oversized(length: 101, head: large)]),
                (larger.framed, [.oversized(length: larger.readableBytes, head: head)]),
            ],
            decoderFactory: { FrameDecoder(maximumMessageBytes: 100, inHandshake: false) })
    }

    @Test("a handshake message of no length, or of a length that no name has, is refused", arguments: [0, 2_049, 0x4854])
    func handshakeLength(length: Int) {
        var decoder = FrameDecoder(maximumMessageBytes: 100)
        var buffer = ByteBuffer(integer: UInt16(length))
        #expect(throws: FrameError.self) { try decoder.decode(buffer: &buffer) }
    }

    @Test("of a message of four gigabytes nothing is kept but its beginning")
    func skipping() throws {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(FrameDecoder(maximumMessageBytes: 100, inHandshake: false)))
        var announced = ByteBuffer(integer: UInt32.max)
        announced.writeRepeatingByte(1, count: FrameDecoder.headBytes)
        try channel.writeInbound(announced)
        #expect(
            try channel.readInbound(as: Frame.self)
                == .oversized(length: Int(UInt32.max), head: ByteBuffer(repeating: 1, count: FrameDecoder.headBytes)))
        var left = Int(UInt32.max) - FrameDecoder.headBytes
        let piece = ByteBuffer(repeating: 2, count: 64 << 20)
        while left > 0 {
            let count = min(left, piece.readableBytes)
            guard let part = piece.getSlice(at: 0, length: count) else { throw Missing() }
            try channel.writeInbound(part)
            left -= count
        }
        try channel.writeInbound(ByteBuffer().framed)
        #expect(try channel.readInbound(as: Frame.self) == .tick)
        _ = try channel.finish()
    }
}
