package import NIOCore

/// Cuts a TCP stream into DNS messages, each of which follows its length in two octets (RFC 1035, section 4.2.2).
package struct FrameSplitter: Sendable {
    private var buffer = ByteBuffer()

    /// A splitter at the start of a stream.
    package init() {}

    /// Octets that have come and not been taken.
    package var pendingBytes: Int { buffer.readableBytes }

    /// Whether ``next()`` has a message to give.
    package var hasMessage: Bool {
        buffer.getInteger(at: buffer.readerIndex, as: UInt16.self).map { buffer.readableBytes - 2 >= Int($0) } ?? false
    }

    /// Takes the next bytes of the stream.
    package mutating func append(_ bytes: inout ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeBuffer(&bytes)
        }
    }

    /// The next whole message, if it has come.
    package mutating func next() -> ByteBuffer? {
        guard hasMessage else { return nil }
        return buffer.readLengthPrefixedSlice(as: UInt16.self)
    }
}
