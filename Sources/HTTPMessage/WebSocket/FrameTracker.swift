/// Where the frames of one direction of a WebSocket begin and end (RFC 6455, 5.2), so that a frame can be put between two.
public struct FrameTracker: Sendable {
    private var header: [UInt8] = []
    private var headerLength = 2
    private var payloadLeft: UInt64 = 0
    /// Whether a close frame has begun.
    public private(set) var sawClose = false

    /// A tracker for a stream that begins with a frame.
    public init() {
        header.reserveCapacity(14)
    }

    /// Whether a frame could be put here.
    public var isBetweenFrames: Bool { header.isEmpty && payloadLeft == 0 }

    /// Follows the stream through these octets; with `stopsBetween` only as far as the next place between two frames.
    ///
    /// - Returns: how many octets it went.
    @discardableResult
    public mutating func follow(_ octets: UnsafeRawBufferPointer, stopsBetween: Bool = false) -> Int {
        var position = 0
        while position < octets.count {
            if stopsBetween && isBetweenFrames { return position }
            if payloadLeft > 0 {
                let step = min(payloadLeft, UInt64(octets.count - position))
                payloadLeft -= step
                position += Int(step)
            } else {
                header.append(octets[position])
                position += 1
                readHeader()
            }
        }
        return position
    }

    private mutating func readHeader() {
        if header.count == 2 {
            let extended =
                switch header[1] & 0x7F {
                case 126: 2
                case 127: 8
                default: 0
                }
            headerLength = 2 + extended + (header[1] & 0x80 != 0 ? 4 : 0)
        }
        guard header.count == headerLength, header.count >= 2 else { return }
        if header[0] & 0x0F == 0x8 { sawClose = true }
        payloadLeft =
            switch header[1] & 0x7F {
            case 126: Self.number(header[2..<4])
            case 127: Self.number(header[2..<10])
            case let short: UInt64(short)
            }
        header.removeAll(keepingCapacity: true)
        headerLength = 2
    }

    private static func number(_ octets: ArraySlice<UInt8>) -> UInt64 {
        octets.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
