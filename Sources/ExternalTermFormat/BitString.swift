/// A `<<…>>` whose last byte is not full.
public struct BitString: Hashable, Sendable {
    /// The bits, first bit highest. Unused low bits of the last byte are zero.
    public let bytes: [UInt8]
    /// How many (high) bits of the last byte count: 1 to 7.
    public let bitsInLastByte: Int

    /// Makes a bit string; unused bits are cleared. `nil` when there is no byte or the count of bits is not 1 to 7.
    public init?(bytes: [UInt8], bitsInLastByte: Int) {
        guard let last = bytes.last, (1...7).contains(bitsInLastByte) else { return nil }
        var bytes = bytes
        bytes[bytes.count - 1] = last & (0xff << (8 - bitsInLastByte))
        self.bytes = bytes
        self.bitsInLastByte = bitsInLastByte
    }

    /// The length, in bits.
    public var bitCount: Int { (bytes.count - 1) * 8 + bitsInLastByte }
}
