internal import JSONText
internal import ProcessControl

/// How an entrance is.
public struct EntranceStatus: Hashable, Sendable {
    /// The process.
    public var pid: Int32
    /// The version it was started with.
    public var version: String
    /// Where it listens, each as `address:port`.
    public var listeners: [String]
    /// Where it listens for HTTPS, each as `address:port`; nowhere while it has no certificate.
    public var httpsListeners: [String] = []
    /// The serial of the routes that are used.
    public var serial: UInt32
    /// How long it has been running, in seconds.
    public var uptimeSeconds: Double
    /// Connections of clients that are open.
    public var openConnections: Int
    /// Connections that clients ever opened.
    public var connections: Int
    /// Requests that were answered.
    public var requests: Int
    /// Requests that were refused as malformed.
    public var refused: Int
    /// What does not work, a line each: certificates that cannot be used, ports that are taken.
    public var problems: [String] = []
}

extension EntranceStatus {
    var json: JSONValue {
        .object([
            "pid": .integer(pid), "version": .string(version), "listeners": .array(listeners.map(JSONValue.string)),
            "serial": .integer(serial), "uptimeSeconds": .number(uptimeSeconds), "openConnections": .integer(openConnections),
            "connections": .integer(connections), "requests": .integer(requests), "refused": .integer(refused),
            "httpsListeners": .array(httpsListeners.map(JSONValue.string)), "problems": .array(problems.map(JSONValue.string)),
        ])
    }

    init(_ json: JSONNode) throws(JSONProblem) {
        self.init(
            pid: try json.member("pid").integer(), version: try json.member("version").string(), listeners: [],
            serial: try json.member("serial").integer(), uptimeSeconds: try json.member("uptimeSeconds").number(),
            openConnections: try json.member("openConnections").integer(),
            connections: try json.member("connections").integer(), requests: try json.member("requests").integer(),
            refused: try json.member("refused").integer())
        for node in try json.member("listeners").elements() { listeners.append(try node.string()) }
        // An entrance that was started before there was HTTPS goes on without these.
        for node in try json.optional("httpsListeners")?.elements() ?? [] { httpsListeners.append(try node.string()) }
        for node in try json.optional("problems")?.elements() ?? [] { problems.append(try node.string()) }
    }
}
