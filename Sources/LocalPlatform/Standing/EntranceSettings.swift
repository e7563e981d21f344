import HTTPEntrance
import NIOCore

/// Where the entrance listens (`BEAMCTL_ENTRANCE`) and whom it believes (`BEAMCTL_TRUSTED_PROXIES`).
public struct EntranceSettings: Hashable, Sendable {
    /// Each as `address:port`; empty: there is no entrance.
    public let listen: [String]
    /// Networks of load balancers in front.
    public let trusted: [String]

    /// The port where nothing is said.
    static let port = 8080

    /// Whether there is none.
    public var isOff: Bool { listen.isEmpty }

    /// The same, taken apart.
    var places: [(address: String, port: Int)] {
        listen.compactMap { text in
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
            let host = text[..<colon]
            return (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host), port)
        }
    }

    /// Reads both variables; nil or empty is the default: 127.0.0.1:8080, or with a network of its own the first address of that, so
    /// that two daemons never meet. Throws ``LocalPlatformError``.
    public init(listen text: String?, trusted networks: String?, network: LoopbackNetwork) throws {
        let words = Self.words(text)
        if words == ["off"] {
            listen = []
        } else if words.isEmpty {
            let isStandard = network.description == LoopbackNetwork.standard
            listen = ["\(isStandard ? "127.0.0.1" : network.nameServer):\(Self.port)"]
        } else {
            for word in words {
                guard Self.isAddress(word) else {
                    throw LocalPlatformError(
                        "BEAMCTL_ENTRANCE is '\(text ?? "")': '\(word)' is no ADDRESS:PORT",
                        hint: "export BEAMCTL_ENTRANCE=127.0.0.1:\(Self.port), or off")
                }
            }
            listen = words
        }
        trusted = Self.words(networks)
        for word in trusted {
            var proxies = TrustedProxies()
            guard proxies.add(word) else {
                throw LocalPlatformError(
                    "BEAMCTL_TRUSTED_PROXIES is '\(networks ?? "")': '\(word)' is no network",
                    hint: "export BEAMCTL_TRUSTED_PROXIES=10.0.0.0/8")
            }
        }
    }

    private static func words(_ text: String?) -> [String] {
        (text ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return false
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return (try? SocketAddress(ipAddress: String(host), port: Int(port))) != nil
    }
}
