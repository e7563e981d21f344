import HTTPEntrance
import NIOCore

/// Where the entrance listens (`BEAMCTL_ENTRANCE`) and whom it believes (`BEAMCTL_TRUSTED_PROXIES`).
public struct EntranceSettings: Hashable, Sendable {
    /// Where it takes HTTP, each as `address:port`.
    public let listen: [String]
    /// Where it takes HTTPS as soon as there is a certificate, each as `address:port`.
    public let listenHTTPS: [String]
    /// Networks of load balancers in front.
    public let trusted: [String]

    /// The ports where nothing is said.
    static let (port, httpsPort) = (8080, 8443)

    /// Where it listens, for people.
    public var summary: String {
        isOff ? "off" : (listen + listenHTTPS.map { "\(Self.scheme)\($0)" }).joined(separator: ", ")
    }

    /// Whether there is none.
    public var isOff: Bool { listen.isEmpty && listenHTTPS.isEmpty }

    /// A place to listen at.
    struct Place: Hashable {
        var address: String
        var port: Int

        /// Whether names below localhost lead there.
        var takesLocalhost: Bool { ["127.0.0.1", "0.0.0.0", "::1", "::"].contains(address) }
    }

    /// The places for HTTP, taken apart.
    var places: [Place] { Self.places(listen) }
    /// The places for HTTPS, taken apart.
    var httpsPlaces: [Place] { Self.places(listenHTTPS) }

    static func places(_ texts: [String]) -> [Place] { texts.compactMap(place) }

    /// The same as an entrance is told.
    var configuration: EntranceConfiguration {
        func addresses(_ places: [Place]) -> [SocketAddress] {
            places.compactMap { try? SocketAddress(ipAddress: $0.address, port: $0.port) }
        }
        var proxies = TrustedProxies()
        for network in trusted { _ = proxies.add(network) }
        return EntranceConfiguration(listen: addresses(places), listenHTTPS: addresses(httpsPlaces), trusted: proxies)
    }

    /// What ``words`` are where there is no entrance.
    public static let off = "BEAMCTL_ENTRANCE=off"

    /// Both variables, as they would have to be set.
    public var words: String {
        let places = isOff ? "off" : (listen + listenHTTPS.map { Self.scheme + $0 }).joined(separator: ",")
        let proxies = trusted.isEmpty ? "" : " BEAMCTL_TRUSTED_PROXIES=\(trusted.joined(separator: ","))"
        return "BEAMCTL_ENTRANCE=\(places)" + proxies
    }

    /// Reads both variables; nil or empty is the default: 127.0.0.1:8080 and https://127.0.0.1:8443, or with a network of its own the
    /// first address of that and other ports of 127.0.0.1, so that two daemons never meet. Throws ``LocalPlatformError``.
    public init(listen text: String?, trusted networks: String?, network: LoopbackNetwork) throws {
        let words = Self.words(text)
        if words == ["off"] {
            (listen, listenHTTPS) = ([], [])
        } else if words.isEmpty {
            let ports = network.entrancePorts
            let isStandard = ports.http == Self.port
            listen = (isStandard ? [] : ["\(network.nameServer):\(Self.port)"]) + ["127.0.0.1:\(ports.http)"]
            listenHTTPS = (isStandard ? [] : ["\(network.nameServer):\(Self.httpsPort)"]) + ["127.0.0.1:\(ports.https)"]
        } else {
            var (plain, secure): ([String], [String]) = ([], [])
            for word in words {
                let isSecure = word.hasPrefix(Self.scheme)
                let place = isSecure ? String(word.dropFirst(Self.scheme.count)) : word
                guard Self.isAddress(place) else {
                    throw LocalPlatformError(
                        "BEAMCTL_ENTRANCE is '\(text ?? "")': '\(word)' is no ADDRESS:PORT and no https://ADDRESS:PORT",
                        hint: "export BEAMCTL_ENTRANCE=127.0.0.1:\(Self.port),https://127.0.0.1:\(Self.httpsPort), or off")
                }
                if isSecure { secure.append(place) } else { plain.append(place) }
            }
            guard !plain.isEmpty else {
                throw LocalPlatformError(
                    "BEAMCTL_ENTRANCE is '\(text ?? "")': it names no place for HTTP, from which clients are sent on to HTTPS",
                    hint: "export BEAMCTL_ENTRANCE=127.0.0.1:\(Self.port),\(words.joined(separator: ","))")
            }
            (listen, listenHTTPS) = (plain, secure)
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

    private static let scheme = "https://"

    private static func words(_ text: String?) -> [String] {
        (text ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    }

    private static func place(_ text: String) -> Place? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return Place(address: String(host), port: Int(port))
    }

    private static func isAddress(_ text: String) -> Bool {
        place(text).map { (try? SocketAddress(ipAddress: $0.address, port: $0.port)) != nil } ?? false
    }
}
