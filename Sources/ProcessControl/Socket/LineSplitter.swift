package import NIOCore

/// Cuts a stream into lines that end with a newline, each of a bounded length.
package struct LineSplitter: ByteToMessageDecoder {
    package typealias InboundOut = ByteBuffer

    /// A line over the limit.
    package struct LineTooLong: Error, CustomStringConvertible {
        /// The limit, in octets without the newline.
        package let limit: Int

        package var description: String { "a line has at most \(limit) octets" }
    }

    /// The longest line of a control connection, in octets: 16 MiB.
    package static let maximumLength = 16 << 20

    private let limit: Int
    /// Octets of the buffer in which there is no newline.
    private var searched = 0

    package init(limit: Int = Self.maximumLength) {
        self.limit = limit
    }

    package mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let view = buffer.readableBytesView
        guard let end = view.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) else {
            searched = view.count
            guard searched <= limit else { throw LineTooLong(limit: limit) }
            return .needMoreData
        }
        let length = end - view.startIndex
        searched = 0
        guard length <= limit, let line = buffer.readSlice(length: length) else { throw LineTooLong(limit: limit) }
        buffer.moveReaderIndex(forwardBy: 1)
        context.fireChannelRead(wrapInboundOut(line))
        return .continue
    }

    package mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        // A line without an end is one whose sender died: it is not carried out.
        try decode(context: context, buffer: &buffer)
    }
}
