public import NIOCore

/// Where queries for other zones go.
public enum Upstreams: Sendable {
    /// Nowhere: they are REFUSED.
    case none
    /// These servers, in this order.
    case servers([SocketAddress])
    /// The `nameserver` lines of a file like `/etc/resolv.conf`, read again when it changes.
    case resolvConf(path: String)
}

/// The part of resolv.conf(5) that a forwarder needs.
enum ResolvConf {
    /// As many servers as a resolver asks (MAXNS of resolv.h).
    static let maximumServers = 3
    /// The port that the file cannot say otherwise.
    static let port = 53
    /// Longer files are read up to here, in octets.
    static let maximumLength = 65_536

    /// The servers of the file, in its order. Lines that are no server of ours to ask (a zone index, a bad address) are
    /// passed over, as resolvers do.
    static func servers(_ text: some StringProtocol) -> [SocketAddress] {
        var servers: [SocketAddress] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0] == "nameserver",
                let address = try? SocketAddress(ipAddress: String(words[1]), port: port)
            else { continue }
            servers.append(address)
        }
        return Array(servers.prefix(maximumServers))
    }
}
