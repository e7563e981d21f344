/// A block of IPv4 addresses, `a.b.c.d/bits`.
struct AddressBlock: Hashable, Sendable, CustomStringConvertible {
    let base: UInt32
    let bits: Int

    /// Reads it; what stands behind the block's bits is left out of it. nil for what is none.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let bits = Self.number(parts[1]), (1...32).contains(bits),
            let address = Self.address(parts[0])
        else { return nil }
        self.init(address, bits: bits)
    }

    init(_ address: UInt32, bits: Int) {
        self.bits = bits
        base = address & ~UInt32(truncatingIfNeeded: (UInt64(1) << (32 - bits)) - 1)
    }

    var description: String { "\(address(at: 0))/\(bits)" }

    /// How many addresses are in it.
    var size: Int { 1 << (32 - bits) }

    /// The address of a place, counted from 0.
    func address(at offset: Int) -> String {
        let value = base + UInt32(offset)
        return [24, 16, 8, 0].map { String(value >> $0 & 0xff) }.joined(separator: ".")
    }

    /// Whether both have an address in common.
    func meets(_ other: AddressBlock) -> Bool {
        let shorter = min(bits, other.bits)
        return AddressBlock(base, bits: shorter).base == AddressBlock(other.base, bits: shorter).base
    }

    /// Digits only: no sign.
    private static func number(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    private static func address(_ text: some StringProtocol) -> UInt32? {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false).map {
            number($0).flatMap { UInt8(exactly: $0) }
        }
        guard octets.count == 4 else { return nil }
        return octets.reduce(UInt32?.some(0)) { sum, octet in
            guard let sum, let octet else { return nil }
            return sum << 8 | UInt32(octet)
        }
    }
}
