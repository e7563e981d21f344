/// Everything that an entrance is told: which requests go to which replicas.
public struct RouteTable: Hashable, Sendable {
    /// Raised with each change by whoever tells it.
    public var serial: UInt32
    /// The routes; a request takes the one with its host and the longest path.
    public var routes: [Route]
    /// The certificates for HTTPS; the first is shown to who asks for a name that is in none of them, or for no name.
    public var certificates: [CertificateFiles]

    /// A table.
    public init(serial: UInt32 = 0, routes: [Route] = [], certificates: [CertificateFiles] = []) {
        self.serial = serial
        self.routes = routes
        self.certificates = certificates
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
    /// Whether who asks in clear is sent to the same place over HTTPS, as soon as that is listened for.
    public var forcesHTTPS: Bool
    /// Whether there is no replica because somebody has stopped the app.
    public var isStopped: Bool

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
        app: String, hosts: [String], path: String = "/", endpoints: [Endpoint], notes: [String] = [], maximumBody: UInt64? = nil,
        forcesHTTPS: Bool = false, isStopped: Bool = false
    ) {
        self.app = app
        self.hosts = hosts
        self.path = path
        self.endpoints = endpoints
        self.notes = notes
        self.maximumBody = maximumBody
        self.forcesHTTPS = forcesHTTPS
        self.isStopped = isStopped
    }
}
