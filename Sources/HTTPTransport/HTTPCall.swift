public import NIOCore

/// One HTTP request, as a value.
public struct HTTPCall: Sendable {
    /// Where it goes.
    public enum Target: Hashable, Sendable {
        /// The path of a Unix socket.
        case unix(path: String)
        /// A host name or address, and a port.
        case tcp(host: String, port: Int)
    }

    /// Where it goes.
    public var target: Target
    /// `GET`, `POST`, …
    public var method: String
    /// Path and query, percent-encoded, from the first slash on.
    public var path: String
    /// Header fields in order.
    public var headers: [(name: String, value: String)]
    /// The body; nil: none.
    public var body: ByteBuffer?

    /// Makes one.
    public init(
        _ method: String, _ path: String, at target: Target, headers: [(name: String, value: String)] = [],
        body: ByteBuffer? = nil
    ) {
        self.target = target
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }
}

/// A whole answer.
public struct HTTPAnswer: Sendable {
    /// The status code.
    public var status: Int
    /// The body.
    public var body: ByteBuffer

    /// Whether the status is 200…299.
    public var isSuccess: Bool { (200...299).contains(status) }
}
