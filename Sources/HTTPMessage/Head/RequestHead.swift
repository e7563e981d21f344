public import NIOCore

/// What a request asks to be done (RFC 9110, 9).
public enum RequestMethod: Hashable, Sendable {
    case get, head, post, put, delete, options, patch, other

    /// Whether a request may be sent a second time when nobody knows what became of the first (RFC 9110, 9.2.2).
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options: true
        case .post, .patch, .other: false
        }
    }
}

/// The versions of HTTP that are spoken here.
public enum HTTPVersion: Hashable, Sendable {
    case http10, http11
}

/// The head of a request, as it came, with what a proxy has to know of it. Every range counts from the head's first octet.
public struct RequestHead: Sendable {
    /// The whole head, its empty line included.
    public var octets: ByteBuffer
    /// What is asked for.
    public var method: RequestMethod
    /// The method's own spelling.
    public var methodText: OctetRange
    /// What it is asked of: path and query. Empty where an absolute-form had none, which means `/`.
    public var target: OctetRange
    /// The target without its query.
    public var path: OctetRange
    /// The version of the client's HTTP.
    public var version: HTTPVersion
    /// `host[:port]` as the client wrote it, in an absolute target or in `Host`; nil in HTTP/1.0 without either.
    public var authority: OctetRange?
    /// The authority's host in lower case, without a port or a last dot; empty without an authority.
    public var host: String
    /// Where the body ends.
    public var framing: BodyFraming
    /// Whether another request may follow on the connection (RFC 9112, 9.3).
    public var keepsAlive: Bool
    /// Whether it opens a WebSocket (RFC 6455, 4.1).
    public var opensWebSocket: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    public var expectsContinue: Bool
    /// The fields, in order.
    public var fields: [HeaderField]

    /// A part of the head as text.
    public func text(_ range: OctetRange) -> String {
        octets.getString(at: octets.readerIndex + Int(range.start), length: range.count) ?? ""
    }

    /// The value of the first field of a name, given in lower case.
    public func value(of name: StaticString) -> String? {
        octets.withUnsafeReadableBytes { bytes in
            fields.first { bytes.spells($0.name, name) }?.value
        }.map(text)
    }

    /// The values of every field of a name, given in lower case, in order.
    public func values(of name: StaticString) -> [String] {
        octets.withUnsafeReadableBytes { bytes in
            fields.filter { bytes.spells($0.name, name) }.map(\.value)
        }.map(text)
    }
}
