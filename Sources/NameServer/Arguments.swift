import HeadlessDNS
import NIOCore

/// What the process is told at its start.
struct Arguments {
    var directory = ""
    var listen: [SocketAddress] = []
    var origin = "cluster.local"
    var version = "unknown"
    var upstreams: Upstreams = .resolvConf(path: "/etc/resolv.conf")

    static let usage = """
        usage: beamctl-dns --directory DIR --listen ADDR:PORT [--listen …] [--origin cluster.local] [--version TEXT]
                           [--resolv-conf FILE | --upstream ADDR:PORT … | --no-upstream]
        DIR holds zone.json, dns.sock and dns.lock. IPv6 addresses stand in brackets: [::1]:5300.
        """

    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    init(_ words: some Sequence<String>) throws {
        var words = words.makeIterator()
        var servers: [SocketAddress] = []
        while let option = words.next() {
            switch option {
            case "--directory": directory = try Self.value(of: option, &words)
            case "--listen": listen.append(try Self.listener(try Self.value(of: option, &words)))
            case "--origin": origin = try Self.value(of: option, &words)
            case "--version": version = try Self.value(of: option, &words)
            case "--resolv-conf": upstreams = .resolvConf(path: try Self.value(of: option, &words))
            case "--upstream": servers.append(try Self.address(try Self.value(of: option, &words)))
            case "--no-upstream": upstreams = .none
            default: throw Problem(description: "unknown argument: \(option)")
            }
        }
        if !servers.isEmpty { upstreams = .servers(servers) }
        guard !directory.isEmpty else { throw Problem(description: "--directory is missing") }
        guard !listen.isEmpty else { throw Problem(description: "--listen is missing") }
    }

    private static func value(of option: String, _ words: inout some IteratorProtocol<String>) throws -> String {
        guard let value = words.next() else { throw Problem(description: "\(option) needs a value") }
        return value
    }

    /// A wildcard is refused: the answers would leave from another address than the one that was asked.
    private static func listener(_ text: String) throws -> SocketAddress {
        let address = try address(text)
        guard !["0.0.0.0", "::"].contains(address.ipAddress) else {
            throw Problem(description: "--listen needs an address of this machine, not \(text)")
        }
        return address
    }

    private static func address(_ text: String) throws -> SocketAddress {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw Problem(description: "not ADDR:PORT: \(text)")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        do {
            return try SocketAddress(ipAddress: String(host), port: Int(port))
        } catch {
            throw Problem(description: "not an IP address: \(host)")
        }
    }
}
