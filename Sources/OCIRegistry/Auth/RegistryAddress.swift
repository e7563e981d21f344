import HTTPTransport
import OCIImage

/// How a registry is reached.
struct RegistryAddress: Hashable, Sendable {
    /// As people write it.
    let name: String
    let host: String
    let port: Int
    let isEncrypted: Bool

    /// Docker's registry is asked under another name than people write. Registries of this machine are asked in clear, as every tool
    /// does; all others through TLS.
    init(_ registry: String) {
        name = registry
        let asked = registry == ImageReference.standardRegistry ? "registry-1.docker.io" : registry
        let (host, port) = Self.split(asked)
        self.host = host
        isEncrypted = !(host == "localhost" || host == "::1" || host.hasPrefix("127."))
        self.port = port ?? (isEncrypted ? 443 : 80)
    }

    private static func split(_ registry: String) -> (String, Int?) {
        if registry.hasPrefix("["), let end = registry.firstIndex(of: "]") {
            let rest = registry[registry.index(after: end)...]
            return (String(registry[registry.index(after: registry.startIndex)..<end]), Int(rest.dropFirst()))
        }
        guard let colon = registry.lastIndex(of: ":"), let port = Int(registry[registry.index(after: colon)...]) else {
            return (registry, nil)
        }
        return (String(registry[..<colon]), port)
    }

    var target: HTTPCall.Target { isEncrypted ? .tls(host: host, port: port) : .tcp(host: host, port: port) }

    /// `host`, with the port where it is not the usual one.
    var authority: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        return port == (isEncrypted ? 443 : 80) ? shown : "\(shown):\(port)"
    }
}

/// An absolute URL, or one that is relative to another, as far as a registry gives them out.
struct WebLocation: Hashable {
    var target: HTTPCall.Target
    var authority: String
    /// Path and query.
    var path: String

    /// Reads a `Location` or a `realm`; nil when it is no URL with `http` or `https`. `base` is what a relative one is relative to.
    init?(_ text: String, relativeTo base: RegistryAddress? = nil) {
        guard text.utf8.count <= 16 << 10, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        if text.hasPrefix("/"), !text.hasPrefix("//"), let base {
            (target, authority, path) = (base.target, base.authority, text)
            return
        }
        guard let mark = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[mark.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = String(rest[..<end])
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let tail = String(rest[end...].prefix { $0 != "#" })
        let (host, port) = Self.split(authority)
        guard !host.isEmpty else { return nil }
        target =
            scheme == "https" ? .tls(host: host, port: port ?? 443) : .tcp(host: host, port: port ?? 80)
        self.authority = authority
        path = tail.hasPrefix("/") ? tail : "/" + tail
    }

    private static func split(_ authority: String) -> (String, Int?) {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            let host = authority[authority.index(after: authority.startIndex)..<end]
            return (String(host), Int(authority[authority.index(after: end)...].dropFirst()))
        }
        guard let colon = authority.lastIndex(of: ":") else { return (authority, nil) }
        return (String(authority[..<colon]), Int(authority[authority.index(after: colon)...]))
    }

    var isEncrypted: Bool { if case .tls = target { true } else { false } }

    /// With more in its query.
    func adding(_ items: [(String, String)]) -> WebLocation {
        var location = self
        for (name, value) in items {
            location.path += (location.path.contains("?") ? "&" : "?") + "\(name)=\(PercentEncoding.encoded(value))"
        }
        return location
    }
}
