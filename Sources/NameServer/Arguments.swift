import HeadlessDNS
import NIOCore
import ProcessControl

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

    init(_ words: some Sequence<String>) throws {
        var words = ArgumentWords(words)
        var servers: [SocketAddress] = []
        while let option = words.next() {
            switch option {
            case "--directory": directory = try words.value(of: option)
            case "--listen": listen.append(try Self.listener(try words.address(of: option)))
            case "--origin": origin = try words.value(of: option)
            case "--version": version = try words.value(of: option)
            case "--resolv-conf": upstreams = .resolvConf(path: try words.value(of: option))
            case "--upstream": servers.append(try words.address(of: option))
            case "--no-upstream": upstreams = .none
            default: throw ArgumentProblem("unknown argument: \(option)")
            }
        }
        if !servers.isEmpty { upstreams = .servers(servers) }
        guard !directory.isEmpty else { throw ArgumentProblem("--directory is missing") }
        guard !listen.isEmpty else { throw ArgumentProblem("--listen is missing") }
    }

    /// A wildcard is refused: the answers would leave from another address than the one that was asked.
    private static func listener(_ address: SocketAddress) throws -> SocketAddress {
        guard !["0.0.0.0", "::"].contains(address.ipAddress) else {
            throw ArgumentProblem("--listen needs an address of this machine, not \(address.ipAddress ?? "?")")
        }
        return address
    }
}
