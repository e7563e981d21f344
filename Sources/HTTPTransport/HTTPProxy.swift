import AsyncHTTPClient

/// A program that connections go through.
public struct HTTPProxy: Hashable, Sendable {
    /// How it is spoken to.
    public enum Kind: Hashable, Sendable {
        /// HTTP's CONNECT (RFC 9110, 9.3.6).
        case http
        /// SOCKS version 5 (RFC 1928), without a password.
        case socks
    }

    /// How it is spoken to.
    public var kind: Kind
    /// Its name or address.
    public var host: String
    /// Its port.
    public var port: Int
    /// User and password in base64, for one of HTTP that wants them (RFC 7617).
    public var credentials: String?

    /// Makes one.
    public init(_ kind: Kind, host: String, port: Int, credentials: String? = nil) {
        (self.kind, self.host, self.port, self.credentials) = (kind, host, port, credentials)
    }

    var configuration: HTTPClient.Configuration.Proxy {
        switch kind {
        case .http:
            .server(host: host, port: port, authorization: credentials.map { .basic(credentials: $0) })
        case .socks: .socksServer(host: host, port: port)
        }
    }
}
