/// An address of either family.
public enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Served as an A record.
    case v4(IPv4Address)
    /// Served as an AAAA record.
    case v6(IPv6Address)

    /// Reads either text form; `nil` when it is neither.
    public init?(_ text: some StringProtocol) {
        if let address = IPv4Address(text) {
            self = .v4(address)
        } else if let address = IPv6Address(text) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// The canonical text.
    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }

    /// The name that a PTR record for this address has: `11.0.88.127.in-addr.arpa` (RFC 1035, section 3.5) or the
    /// nibbles of `ip6.arpa` (RFC 3596, section 2.5).
    public var reverseName: Name {
        switch self {
        case .v4(let address):
            return Self.reverse(address.octets.reversed().map { String($0) }, "in-addr")
        case .v6(let address):
            let nibbles = address.octets.reversed().flatMap { [$0 & 15, $0 >> 4] }
            return Self.reverse(nibbles.map { String($0, radix: 16) }, "ip6")
        }
    }

    private static func reverse(_ labels: [String], _ tree: String) -> Name {
        Name(trustedLabels: (labels + [tree, "arpa"]).map { Array($0.utf8) })
    }

    /// The address as one label, as CoreDNS writes it for an endpoint without a host name: `127-88-0-11`, `fd00--1`.
    public var dashed: String {
        String(description.map { $0 == "." || $0 == ":" ? "-" : $0 })
    }
}
