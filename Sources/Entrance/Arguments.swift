import HTTPEntrance
import NIOCore
import ProcessControl

/// What the process is told at its start.
struct Arguments {
    var directory = ""
    var listen: [SocketAddress] = []
    var listenHTTPS: [SocketAddress] = []
    var version = "unknown"
    var trusted = TrustedProxies()
    var threads = 2

    static let usage = """
        usage: beamctl-entrance --directory DIR --listen ADDR:PORT [--listen …] [--listen-https ADDR:PORT …] [--version TEXT]
                                [--trust NETWORK …] [--threads N]
        DIR holds routes.json, access.log, entrance.sock and entrance.lock. IPv6 addresses stand in brackets: [::1]:8080.
        --listen-https is listened on while the routes come with a certificate.
        --trust names a load balancer's network, whose X-Forwarded-* fields are believed.
        """

    init(_ words: some Sequence<String>) throws {
        var words = ArgumentWords(words)
        while let option = words.next() {
            switch option {
            case "--directory": directory = try words.value(of: option)
            case "--listen": listen.append(try words.address(of: option))
            case "--listen-https": listenHTTPS.append(try words.address(of: option))
            case "--version": version = try words.value(of: option)
            case "--trust":
                let network = try words.value(of: option)
                guard trusted.add(network) else {
                    throw ArgumentProblem("--trust needs a network such as 10.0.0.0/8, not \(network)")
                }
            case "--threads":
                let text = try words.value(of: option)
                guard let count = Int(text), (1...64).contains(count) else {
                    throw ArgumentProblem("--threads needs a number from 1 to 64, not \(text)")
                }
                threads = count
            default: throw ArgumentProblem("unknown argument: \(option)")
            }
        }
        guard !directory.isEmpty else { throw ArgumentProblem("--directory is missing") }
        guard !listen.isEmpty else { throw ArgumentProblem("--listen is missing") }
    }
}
