import AsyncHTTPClient
public import NIOCore

/// One HTTP request, as a value.
public struct HTTPCall: Sendable {
    /// Where it goes.
    public enum Target: Hashable, Sendable {
        /// The path of a Unix socket.
        case unix(path: String)
        /// A host name or address, and a port.
        case tcp(host: String, port: Int)
        /// The same through TLS; the certificate has to be a trusted one (``HTTPCall/tls``), for that host.
        case tls(host: String, port: Int)
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
    /// A body that is read while it is sent; wins over ``body``.
    public var upload: HTTPUpload?
    /// Whom TLS trusts and as whom it comes; nil: whom this machine trusts, as nobody.
    public var tls: TLSSettings?

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

/// A body of a known length that comes piece by piece.
public struct HTTPUpload: Sendable {
    /// Its length in bytes.
    public var length: Int
    let body: @Sendable () -> HTTPClientRequest.Body

    /// Makes one of pieces, which are walked over once for each time that it is sent.
    public init<Pieces: AsyncSequence & Sendable>(length: Int, _ pieces: Pieces) where Pieces.Element == ByteBuffer {
        self.length = length
        body = { .stream(pieces, length: .known(Int64(length))) }
    }
}

/// What an answer begins with.
public struct HTTPHead: Sendable {
    /// The status code.
    public var status: Int
    /// Header fields in order.
    public var headers: [(name: String, value: String)]

    /// Makes one.
    public init(status: Int, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = headers
    }

    /// Whether the status is 200…299.
    public var isSuccess: Bool { (200...299).contains(status) }

    /// The first field of a name, in whatever case.
    public func value(of name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// Every field of a name.
    public func values(of name: String) -> [String] {
        let wanted = name.lowercased()
        return headers.filter { $0.name.lowercased() == wanted }.map(\.value)
    }
}

/// A whole answer.
public struct HTTPAnswer: Sendable {
    /// What it begins with.
    public var head: HTTPHead
    /// The body.
    public var body: ByteBuffer

    /// Makes one.
    public init(head: HTTPHead, body: ByteBuffer) {
        self.head = head
        self.body = body
    }

    /// The status code.
    public var status: Int { head.status }

    /// Whether the status is 200…299.
    public var isSuccess: Bool { head.isSuccess }
}
