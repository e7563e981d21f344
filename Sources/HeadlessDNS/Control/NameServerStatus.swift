internal import JSONText
internal import ProcessControl

/// How a name server is.
public struct NameServerStatus: Codable, Hashable, Sendable {
    /// A place that the server listens at, over UDP and TCP.
    public struct Listener: Codable, Hashable, Sendable {
        /// The IP address.
        public var address: String
        /// The port.
        public var port: Int
    }

    /// The process.
    public var pid: Int32
    /// The version it was started with.
    public var version: String
    /// Where it listens.
    public var listeners: [Listener]
    /// The origin of the zone that is served.
    public var origin: String
    /// The serial of the zone that is served.
    public var serial: UInt32
    /// How long it has been running, in seconds.
    public var uptimeSeconds: Double
    /// What it has been asked and has answered.
    public var counters: QueryCounters
}

extension NameServerStatus {
    var json: JSONValue {
        .object([
            "pid": .integer(pid), "version": .string(version), "origin": .string(origin), "serial": .integer(serial),
            "uptimeSeconds": .number(uptimeSeconds), "counters": counters.json,
            "listeners": .array(
                listeners.map { .object(["address": .string($0.address), "port": .integer($0.port)]) }),
        ])
    }

    init(_ json: JSONNode) throws(JSONProblem) {
        self.init(
            pid: try json.member("pid").integer(), version: try json.member("version").string(), listeners: [],
            origin: try json.member("origin").string(), serial: try json.member("serial").integer(),
            uptimeSeconds: try json.member("uptimeSeconds").number(), counters: try QueryCounters(json.member("counters")))
        for node in try json.member("listeners").elements() {
            listeners.append(
                Listener(address: try node.member("address").string(), port: try node.member("port").integer()))
        }
    }
}

extension QueryCounters {
    /// Each counter by its name.
    private static var fields: [(String, WritableKeyPath<QueryCounters, UInt64>)] {
        [
            ("udpQueries", \.udpQueries), ("tcpQueries", \.tcpQueries), ("connections", \.connections),
            ("noError", \.noError), ("nameError", \.nameError), ("refused", \.refused), ("formatError", \.formatError),
            ("truncated", \.truncated), ("ignored", \.ignored), ("forwarded", \.forwarded),
            ("forwardingFailed", \.forwardingFailed),
        ]
    }

    fileprivate var json: JSONValue {
        .object(Dictionary(uniqueKeysWithValues: Self.fields.map { ($0.0, .integer(self[keyPath: $0.1])) }))
    }

    fileprivate init(_ json: JSONNode) throws(JSONProblem) {
        self.init()
        for (name, field) in Self.fields { self[keyPath: field] = try json.member(name).integer() }
    }
}
