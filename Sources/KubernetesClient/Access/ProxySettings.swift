import Foundation
import HTTPTransport

/// Which proxy is on the way to a server: what the kubeconfig says, else `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` as Go reads them.
enum ProxySettings {
    /// The proxy of a URL: `http://user:password@host:port`, `socks5://host:port`; nil with the reason when it is none that is spoken.
    static func proxy(_ text: String) -> Result<HTTPProxy, Unusable> {
        guard let url = PlainURL(text.contains("://") ? text : "http://\(text)") else {
            return .failure(Unusable(reason: "is no URL of a proxy"))
        }
        switch url.scheme {
        case "http":
            let credentials = url.user.map { user in
                let decoded = user.removingPercentEncoding ?? user
                return Data((decoded.contains(":") ? decoded : "\(decoded):").utf8).base64EncodedString()
            }
            return .success(HTTPProxy(.http, host: url.host, port: url.port ?? 80, credentials: credentials))
        case "socks5", "socks5h":
            guard url.user == nil else { return .failure(Unusable(reason: "SOCKS with a password is not spoken here")) }
            return .success(HTTPProxy(.socks, host: url.host, port: url.port ?? 1080))
        case "https": return .failure(Unusable(reason: "a proxy that itself speaks TLS is not spoken here"))
        default: return .failure(Unusable(reason: "\(url.scheme):// is no proxy that is spoken here"))
        }
    }

    struct Unusable: Error, Equatable {
        var reason: String
    }

    /// The URL of the environment's proxy for a server, and the variable that has it.
    static func fromEnvironment(_ environment: [String: String], for server: ServerAddress) -> (name: String, url: String)? {
        let names = server.isSecure ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"]
        guard let name = names.first(where: { environment[$0]?.isEmpty == false }), let url = environment[name] else {
            return nil
        }
        let exceptions = environment["NO_PROXY"] ?? environment["no_proxy"] ?? ""
        return isLocal(server.host) || excludes(exceptions, server.host, port: server.port) ? nil : (name, url)
    }

    private static func isLocal(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && IPv4Range.address(host) != nil)
    }

    /// Whether a list of exceptions has a host: names with all below them, addresses, CIDR ranges, `*`; each with or without a port.
    static func excludes(_ list: String, _ host: String, port: Int) -> Bool {
        list.split(separator: ",").contains { entry in
            var pattern = entry.trimmingCharacters(in: .whitespaces).lowercased()
            if pattern == "*" { return true }
            if let range = IPv4Range(pattern) { return IPv4Range.address(host).map(range.contains) ?? false }
            if pattern.filter({ $0 == ":" }).count == 1, let colon = pattern.firstIndex(of: ":") {
                guard Int(pattern[pattern.index(after: colon)...]) == port else { return false }
                pattern = String(pattern[..<colon])
            }
            let name = pattern.hasPrefix("*.") ? String(pattern.dropFirst(1)) : pattern
            guard !name.isEmpty else { return false }
            let wanted = host.lowercased()
            return name.hasPrefix(".") ? wanted.hasSuffix(name) : wanted == name || wanted.hasSuffix(".\(name)")
        }
    }
}

/// `10.0.0.0/8`
struct IPv4Range {
    private let base: UInt32
    private let mask: UInt32

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let base = Self.address(String(parts[0])), let bits = Int(parts[1]), (0...32).contains(bits)
        else {
            return nil
        }
        mask = bits == 0 ? 0 : ~0 << (32 - bits)
        self.base = base & mask
    }

    func contains(_ address: UInt32) -> Bool { address & mask == base }

    static func address(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let octets = parts.compactMap { UInt8($0) }
        guard parts.count == 4, octets.count == 4 else { return nil }
        return octets.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
