internal import ExternalTermFormat

/// The full name of a node: `name@host`, such as `shop@127.88.0.11`.
public struct PeerName: Hashable, Sendable, CustomStringConvertible {
    /// What stands before the `@`.
    public let name: String
    /// What stands after the `@`: an address or a host name.
    public let host: String

    /// Reads `name@host`, or gives `nil` when it is anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(name: String(parts[0]), host: String(parts[1]))
    }

    /// Makes a name from its two parts. `nil` when one is empty or holds an `@`, white space or control characters, or when
    /// both together are longer than the 255 characters of an atom.
    public init?(name: String, host: String) {
        let plain = [name, host].allSatisfy { part in
            !part.isEmpty && part.unicodeScalars.allSatisfy { $0 != "@" && $0.value > 0x20 && !(0x7f...0xa0).contains($0.value) }
        }
        guard plain, Atom("\(name)@\(host)") != nil else { return nil }
        self.name = name
        self.host = host
    }

    /// `name@host`
    public var description: String { "\(name)@\(host)" }
}

/// The name under which we connect.
public enum LocalName: Hashable, Sendable {
    /// The peer names us (`DFLAG_NAME_ME`, OTP 24 and later), `<something>@host`, from a pool of its own: its atom table does
    /// not grow with the number of our connections.
    case assignedByPeer(host: String)
    /// A name of our own, for peers that cannot give one (OTP 23). Each name that is used costs the peer an atom, for ever.
    case fixed(PeerName, creation: UInt32)
}
