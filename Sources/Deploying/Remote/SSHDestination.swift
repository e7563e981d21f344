/// Another machine, as `ssh://[user@]host[:port]` names it.
public struct SSHDestination: Hashable, Sendable, CustomStringConvertible {
    /// The text, as it was given.
    public let description: String

    /// Reads one; nil when it is none.
    public init?(_ text: String) {
        guard text.hasPrefix("ssh://") else { return nil }
        let rest = text.dropFirst("ssh://".count)
        let parts = rest.split(separator: "@", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("-") }), let place = parts.last
        else {
            return nil
        }
        // What stands in a user's or a host's name: nothing that a shell or ssh looks at twice.
        let isPlain = rest.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._-@:[]%+".utf8.contains(byte)
            }
        }
        guard isPlain, Self.isPlace(place) else { return nil }
        description = text
    }

    /// `host`, `host:port`, `[::1]`, `[::1]:port`.
    private static func isPlace(_ text: Substring) -> Bool {
        var name = text
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            name = text[text.index(after: end)...]
            return name.isEmpty || name.hasPrefix(":") && isPort(name.dropFirst())
        }
        if let colon = name.firstIndex(of: ":") {
            guard isPort(name[name.index(after: colon)...]) else { return false }
            name = name[..<colon]
        }
        return !name.isEmpty && !name.contains("[") && !name.contains("]")
    }

    private static func isPort(_ text: Substring) -> Bool { UInt16(text).map { $0 > 0 } ?? false }
}
