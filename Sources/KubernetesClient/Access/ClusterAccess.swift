public import HTTPTransport
import JSONText

/// How an API server is reached and as whom: one context of a kubeconfig, or what a pod is given.
public struct ClusterAccess: Sendable {
    /// The context's name; `in-cluster` in a pod.
    public var context: String
    /// Where the API server is.
    public var server: ServerAddress
    /// The namespace of this context; `default` where it names none.
    public var namespace: String
    /// Whom TLS trusts.
    var trust: TLSSettings.Trust = .system
    /// The name that the server's certificate has to have, when that is not the host of its address.
    var serverName: String?
    /// What the connection goes through.
    public var proxy: HTTPProxy?
    /// As whom.
    var credential: CredentialSource = .none
    /// Headers that ask the server to see somebody else in us.
    var impersonation: [(name: String, value: String)] = []
}

/// Where credentials come from.
enum CredentialSource: Sendable {
    case none
    case token(String)
    /// A file that is read again, for it is replaced before what is in it expires.
    case tokenFile(String)
    /// User and password.
    case basic(user: String, password: String)
    /// PEM.
    case certificate([UInt8], key: [UInt8])
    case plugin(ExecPlugin)
}

/// The address of an API server.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// Whether TLS is spoken.
    public var isSecure: Bool
    /// Name or address, without brackets.
    public var host: String
    /// The port.
    public var port: Int
    /// What stands before every path: empty, or `/k8s/clusters/c-1`.
    public var basePath: String

    /// Makes one.
    public init(isSecure: Bool = true, host: String, port: Int, basePath: String = "") {
        (self.isSecure, self.host, self.port, self.basePath) = (isSecure, host, port, basePath)
    }

    /// `https://host:port/base`
    public var description: String {
        "\(isSecure ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)\(basePath)"
    }

    /// Whether the host is an address and no name.
    var isAddress: Bool {
        host.contains(":")
            || (host.split(separator: ".").count == 4 && host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) })
    }

    /// Reads `https://host:port/base`; without a scheme it is `https`, as kubectl has it.
    init?(_ text: String) {
        guard let url = PlainURL(text.contains("://") ? text : "https://\(text)"), ["http", "https"].contains(url.scheme) else {
            return nil
        }
        self.init(
            isSecure: url.scheme == "https", host: url.host, port: url.port ?? (url.scheme == "https" ? 443 : 80),
            basePath: url.path.last == "/" ? String(url.path.dropLast()) : url.path)
    }
}
