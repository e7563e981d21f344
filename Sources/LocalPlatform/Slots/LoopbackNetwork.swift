/// The part of 127/8 from which replicas get their addresses (`BEAMCTL_NETWORK`), and what stands where in it.
///
/// Every replica needs an IP address of its own, since all of them use the same distribution port. Linux answers on all of
/// 127/8 without any set-up.
public struct LoopbackNetwork: Hashable, Sendable, CustomStringConvertible {
    private let base: UInt32
    private let bits: Int

    /// What is used where nothing is said.
    public static let standard = "127.88.0.0/16"
    /// The first address that a replica gets, counted from the network's own.
    static let firstReplica = 11
    /// The ports that `PORT` may name.
    static let ports = 20_000...29_999

    /// Reads `a.b.c.d/bits`, within 127/8, between /8 and /28. Throws ``LocalPlatformError``.
    public init(_ text: String) throws {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let bits = Self.number(parts[1]), let address = Self.address(parts[0]) else {
            throw Self.refusal(text, "it is not of the form a.b.c.d/bits")
        }
        guard (8...28).contains(bits) else { throw Self.refusal(text, "its size is not between /8 and /28") }
        guard address >> 24 == 127 else { throw Self.refusal(text, "it is not within 127.0.0.0/8") }
        self.bits = bits
        base = address & ~UInt32(truncatingIfNeeded: (UInt64(1) << (32 - bits)) - 1)
    }

    private static func refusal(_ text: String, _ why: String) -> LocalPlatformError {
        LocalPlatformError("BEAMCTL_NETWORK is '\(text)': \(why)", hint: "export BEAMCTL_NETWORK=\(standard)")
    }

    /// Digits only: no sign.
    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(text) : nil
    }

    private static func address(_ text: Substring) -> UInt32? {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false).map {
            number($0).flatMap { UInt8(exactly: $0) }
        }
        guard octets.count == 4 else { return nil }
        return octets.reduce(UInt32?.some(0)) { sum, octet in
            guard let sum, let octet else { return nil }
            return sum << 8 | UInt32(octet)
        }
    }

    /// `a.b.c.d/bits`.
    public var description: String { "\(address(at: 0))/\(bits)" }

    /// The address that the first replica gets.
    public var firstAddress: String { place(0).address }

    /// Where the name server listens.
    public var nameServer: String { address(at: 1) }

    /// How many replicas can live in it.
    var room: Int { min((1 << (32 - bits)) - Self.firstReplica - 1, Self.ports.count) }

    /// The address and port of a place, counted from 0.
    func place(_ index: Int) -> (address: String, port: Int) {
        (address(at: Self.firstReplica + index), Self.ports.lowerBound + index)
    }

    private func address(at offset: Int) -> String {
        let value = base + UInt32(offset)
        return [24, 16, 8, 0].map { String(value >> $0 & 0xff) }.joined(separator: ".")
    }
}
