internal import JSONText
public import NIOCore
internal import ProcessControl

/// Where an entrance listens, and whom it believes: what it is started with, and what can be changed while it runs.
public struct EntranceConfiguration: Hashable, Sendable {
    /// Where clients connect.
    public var listen: [SocketAddress]
    /// Where clients connect for HTTPS, as soon as there is a certificate.
    public var listenHTTPS: [SocketAddress]
    /// Who is believed where a request came from.
    public var trusted: TrustedProxies

    /// A configuration.
    public init(listen: [SocketAddress], listenHTTPS: [SocketAddress] = [], trusted: TrustedProxies = TrustedProxies()) {
        self.listen = listen
        self.listenHTTPS = listenHTTPS
        self.trusted = trusted
    }
}

extension EntranceConfiguration {
    /// `{"listen": [{"address": "127.0.0.1", "port": 8080}], "listenHTTPS": […], "trusted": ["10.0.0.0/8"]}`.
    var json: JSONValue {
        .object([
            "listen": .array(listen.map(\.json)), "listenHTTPS": .array(listenHTTPS.map(\.json)),
            "trusted": .array(trusted.words.map(JSONValue.string)),
        ])
    }

    /// Reads what ``json`` writes.
    init(_ json: JSONNode) throws(JSONProblem) {
        self.init(listen: [])
        for node in try json.member("listen").elements() { listen.append(try SocketAddress(node)) }
        for node in try json.member("listenHTTPS").elements() { listenHTTPS.append(try SocketAddress(node)) }
        for node in try json.member("trusted").elements() {
            let word = try node.string()
            guard trusted.add(word) else { throw JSONProblem(path: node.path, problem: "no network: \(word.prefix(60))") }
        }
        guard !listen.isEmpty else { throw JSONProblem(path: json.path, problem: "no place to listen at") }
    }
}

extension SocketAddress {
    fileprivate var json: JSONValue {
        .object(["address": .string(ipAddress ?? ""), "port": .integer(port ?? 0)])
    }

    fileprivate init(_ json: JSONNode) throws(JSONProblem) {
        let address = try json.member("address").string()
        let port: UInt16 = try json.member("port").integer()
        do {
            self = try SocketAddress(ipAddress: address, port: Int(port))
        } catch {
            throw JSONProblem(path: json.path, problem: "no IP address: \(address.prefix(60))")
        }
    }
}
