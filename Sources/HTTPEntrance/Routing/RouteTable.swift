/// Everything that an entrance is told: which requests go to which replicas.
public struct RouteTable: Hashable, Sendable {
    /// Raised with each change by whoever tells it.
    public var serial: UInt32
    /// The routes; a request takes the one with its host and the longest path.
    public var routes: [Route]

    /// A table.
    public init(serial: UInt32 = 0, routes: [Route] = []) {
        self.serial = serial
        self.routes = routes
    }
}

/// Where the requests of some hosts go.
public struct Route: Hashable, Sendable {
    /// The app, for people: `hello`, or `hello in staging`.
    public var app: String
    /// The host names, in lower case, without ports.
    public var hosts: [String]
    /// What the path begins with: `/`, or `/api` for `/api` and all below it.
    public var path: String
    /// The replicas that take requests now.
    public var endpoints: [Endpoint]
    /// What is known of the other replicas, a line each.
    public var notes: [String]
    /// The largest body of a request in octets; nil: the entrance's own bound.
    public var maximumBody: UInt64?

    /// A replica's HTTP port.
    public struct Endpoint: Hashable, Sendable {
        /// The replica's name.
        public var replica: String
        /// Its IP address.
        public var address: String
        /// Its port.
        public var port: UInt16

        /// An endpoint.
        public init(replica: String, address: String, port: UInt16) {
            self.replica = replica
            self.address = address
            self.port = port
        }
    }

    /// A route.
    public init(
        app: String, hosts: [String], path: String = "/", endpoints: [Endpoint], notes: [String] = [], maximumBody: UInt64? = nil
    ) {
        self.app = app
        self.hosts = hosts
        self.path = path
        self.endpoints = endpoints
        self.notes = notes
        self.maximumBody = maximumBody
    }
}
