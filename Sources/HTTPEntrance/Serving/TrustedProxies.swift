internal import Glibc
public import NIOCore

/// Networks whose `X-Forwarded-*` fields are believed: load balancers in front of the entrance. Nobody's, unless told.
public struct TrustedProxies: Hashable, Sendable {
    private struct Network: Hashable, Sendable {
        var octets: [UInt8]
        var bits: Int
    }

    private var networks: [Network] = []
    /// The networks, as they were given.
    public private(set) var words: [String] = []

    /// Nobody.
    public init() {}

    /// Adds a network, `a.b.c.d/bits` or `x::/bits`, or one address. Returns whether it was one.
    public mutating func add(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            let octets = Self.octets(of: try? SocketAddress(ipAddress: String(parts[0]), port: 0))
        else { return false }
        let most = octets.count * 8
        guard let bits = parts.count == 2 ? Int(parts[1]) : most, (0...most).contains(bits) else { return false }
        networks.append(Network(octets: octets, bits: bits))
        words.append(text)
        return true
    }

    /// Whether an address is one of theirs.
    public func contains(_ address: SocketAddress?) -> Bool {
        guard !networks.isEmpty, let octets = Self.octets(of: address) else { return false }
        return networks.contains { network in
            guard network.octets.count == octets.count else { return false }
            return (0..<network.bits).allSatisfy { bit in
                (network.octets[bit / 8] ^ octets[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
            }
        }
    }

    /// An address in network order: 4 octets, or 16.
    private static func octets(of address: SocketAddress?) -> [UInt8]? {
        guard let address, let text = address.ipAddress else { return nil }
        let isOld = address.protocol == .inet
        var octets = [UInt8](repeating: 0, count: isOld ? 4 : 16)
        return inet_pton(isOld ? AF_INET : AF_INET6, text, &octets) == 1 ? octets : nil
    }
}
