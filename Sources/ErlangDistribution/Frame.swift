internal import NIOCore

/// One unit of what a peer sends.
enum Frame: Hashable {
    /// A message of the handshake, without its length.
    case handshake(ByteBuffer)
    /// A sign of life: a frame without content.
    case tick
    /// A message, without its length.
    case message(ByteBuffer)
    /// A message that is larger than allowed: its length and its beginning. The rest is skipped.
    case oversized(length: Int, head: ByteBuffer)
}

/// A frame that cannot be one.
struct FrameError: Error, Hashable, CustomStringConvertible {
    var description: String
}

/// Cuts the stream into frames: lengths are two bytes during the handshake and four after it.
///
/// For the side that connects, the handshake ends with the one message that begins with `a`: from that byte on lengths are
/// four bytes, also when both come in one read. Of what is too large nothing is stored but its beginning.
struct FrameDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = Frame

    /// Names have at most 255 characters; nothing in a handshake is larger.
    static let maximumHandshakeBytes = 2_048
    /// How much of a message that is too large is shown: enough to see to whom it goes.
    static let headBytes = 2_048

    private let maximumMessageBytes: Int
    private var inHandshake: Bool
    private var toSkip = 0

    init(maximumMessageBytes: Int, inHandshake: Bool = true) {
        self.maximumMessageBytes = maximumMessageBytes
        self.inHandshake = inHandshake
    }

    mutating func decode(buffer: inout ByteBuffer) throws -> Frame? {
        let skipped = min(toSkip, buffer.readableBytes)
        buffer.moveReaderIndex(forwardBy: skipped)
        toSkip -= skipped
        guard toSkip == 0 else { return nil }
        return inHandshake ? try handshake(&buffer) : message(&buffer)
    }

    mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> Frame? {
        try decode(buffer: &buffer)
    }

    private mutating func handshake(_ buffer: inout ByteBuffer) throws -> Frame? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) else { return nil }
        guard (1...Self.maximumHandshakeBytes).contains(Int(length)) else {
            throw FrameError(description: "a message of \(length) bytes in the handshake")
        }
        guard let message = buffer.readLengthPrefixedSlice(as: UInt16.self) else { return nil }
        if message.getInteger(at: message.readerIndex, as: UInt8.self) == UInt8(ascii: "a") { inHandshake = false }
        return .handshake(message)
    }

    private mutating func message(_ buffer: inout ByteBuffer) -> Frame? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self).map({ Int($0) }) else { return nil }
        if length == 0 {
            buffer.moveReaderIndex(forwardBy: 4)
            return .tick
        }
        if length <= maximumMessageBytes {
            return buffer.readLengthPrefixedSlice(as: UInt32.self).map(Frame.message)
        }
        guard let head = buffer.getSlice(at: buffer.readerIndex + 4, length: min(length, Self.headBytes)) else { return nil }
        buffer.moveReaderIndex(forwardBy: 4 + head.readableBytes)
        toSkip = length - head.readableBytes
        return .oversized(length: length, head: head)
    }
}
