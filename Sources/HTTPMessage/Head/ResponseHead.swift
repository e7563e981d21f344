public import NIOCore

/// The head of a response, as it came, with what a proxy has to know of it. Every range counts from the head's first octet.
public struct ResponseHead: Sendable {
    /// The whole head, its empty line included.
    public var octets: ByteBuffer
    /// The status, 100 to 999.
    public var status: Int
    /// The status line, its CRLF included.
    public var statusLine: OctetRange
    /// The version of the server's HTTP.
    public var version: HTTPVersion
    /// Where the body ends.
    public var framing: BodyFraming
    /// What `Content-Length` says; with HEAD and 304 there is no such body.
    public var contentLength: UInt64?
    /// Whether another request may follow on the connection.
    public var keepsAlive: Bool
    /// Whether the connection speaks another protocol from here on: WebSocket.
    public var opensWebSocket: Bool
    /// The fields, in order.
    public var fields: [HeaderField]

    /// Whether the final response is still to come (RFC 9110, 15.2).
    public var isInterim: Bool { (100...199).contains(status) && status != 101 }

    /// Whether the body is a stream of events that goes on for as long as somebody reads (`text/event-stream`, HTML, 9.2).
    public var isEventStream: Bool {
        octets.withUnsafeReadableBytes { bytes in
            fields.contains { bytes.spells($0.name, "content-type") && bytes.begins($0.value, with: "text/event-stream") }
        }
    }

    /// A part of the head as text.
    public func text(_ range: OctetRange) -> String {
        octets.getString(at: octets.readerIndex + Int(range.start), length: range.count) ?? ""
    }
}

/// Finds and reads the heads of responses in a stream of octets. Its refusals have the status 502.
public struct ResponseHeadParser: Sendable {
    private let limits: HeadLimits
    private var search = HeadSearch()

    /// A parser for one connection.
    public init(limits: HeadLimits = HeadLimits(octets: 65_535)) {
        self.limits = limits
    }

    /// Takes the next head off the buffer; nil, and nothing taken, when its end has not come yet.
    ///
    /// - Throws: ``HTTPProblem``; nothing more can be read from the connection then.
    public mutating func parse(_ buffer: inout ByteBuffer, to method: RequestMethod) throws(HTTPProblem) -> ResponseHead? {
        let tooLong = HTTPProblem(502, "a head of more than \(limits.octets) octets")
        let limit = limits.octets
        var search = search
        defer { self.search = search }
        guard
            let length = try buffer.peek({ bytes throws(HTTPProblem) in
                try search.length(in: bytes, limit: limit, whenOver: tooLong)
            }), let octets = buffer.readSlice(length: length)
        else { return nil }
        search = HeadSearch()
        return try Self.read(octets, method, limits)
    }

    private static func read(
        _ octets: ByteBuffer, _ method: RequestMethod, _ limits: HeadLimits
    ) throws(HTTPProblem) -> ResponseHead {
        try octets.peek { bytes throws(HTTPProblem) in
            var head = try statusLine(bytes, octets)
            var meaning = ResponseMeaning()
            try FieldScanner(status: 502, mostFields: limits.fields * 2).scan(
                bytes, from: Int(head.statusLine.end), to: bytes.count - 2
            ) { known, field throws(HTTPProblem) in
                try meaning.take(known, field, bytes)
                head.fields.append(field)
            }
            try meaning.finish(&head, method, bytes)
            return head
        }
    }

    private static func statusLine(_ bytes: OctetPointer, _ octets: ByteBuffer) throws(HTTPProblem) -> ResponseHead {
        let refusal = HTTPProblem(502, "no status line of HTTP/1")
        var end = 0
        while bytes[end] != Octets.carriageReturn && bytes[end] != Octets.lineFeed { end += 1 }
        guard bytes[end] == Octets.carriageReturn, bytes[end + 1] == Octets.lineFeed, end >= 12 else { throw refusal }
        let isOld = bytes[0..<9].elementsEqual("HTTP/1.0 ".utf8)
        guard isOld || bytes[0..<9].elementsEqual("HTTP/1.1 ".utf8) else { throw refusal }
        guard let status = bytes.number(OctetRange(9, 12)), status >= 100, end == 12 || bytes[12] == Octets.space,
            bytes.all(OctetRange(12, UInt16(end)), are: Octets.value)
        else { throw refusal }
        return ResponseHead(
            octets: octets, status: Int(status), statusLine: OctetRange(0, UInt16(end + 2)), version: isOld ? .http10 : .http11,
            framing: .untilClose, contentLength: nil, keepsAlive: false, opensWebSocket: false, fields: [])
    }
}

/// What the fields of a response mean together.
private struct ResponseMeaning {
    var lengths = 0
    var codings = 0
    var length: UInt64?
    var connection = ConnectionOptions()
    var isWebSocket = false

    mutating func take(_ known: KnownField, _ field: HeaderField, _ bytes: OctetPointer) throws(HTTPProblem) {
        switch known {
        case .contentLength:
            lengths += 1
            length = bytes.number(field.value)
            guard length != nil, lengths == 1 else {
                throw HTTPProblem(502, "a Content-Length that is no number, or there twice")
            }
        case .transferEncoding:
            codings += 1
            guard codings == 1, bytes.spells(field.value, "chunked") else {
                throw HTTPProblem(502, "a Transfer-Encoding that is not chunked")
            }
        case .connection: try connection.take(bytes, field.value, status: 502)
        case .upgrade: isWebSocket = bytes.spells(field.value, "websocket")
        default: break
        }
    }

    /// RFC 9112, 6.3.
    func finish(_ head: inout ResponseHead, _ method: RequestMethod, _ bytes: OctetPointer) throws(HTTPProblem) {
        guard lengths == 0 || codings == 0 else { throw HTTPProblem(502, "both Content-Length and Transfer-Encoding") }
        guard codings == 0 || head.version == .http11 else { throw HTTPProblem(502, "Transfer-Encoding in HTTP/1.0") }
        head.contentLength = length
        if method == .head || head.status < 200 || head.status == 204 || head.status == 304 {
            head.framing = .none
        } else if codings > 0 {
            head.framing = .chunked
        } else if let length {
            head.framing = length == 0 ? .none : .length(length)
        }
        let wants = connection.closes ? false : head.version == .http11 || connection.keepsAlive
        // Beside 204 neither may be (RFC 9110, 8.6 and RFC 9112, 6.1): a server that sends one may send a body, too.
        let hasStrayBody = head.status == 204 && (codings > 0 || length ?? 0 > 0)
        head.keepsAlive = wants && head.framing != .untilClose && !hasStrayBody && head.status != 101
        head.opensWebSocket = head.status == 101 && isWebSocket && connection.upgrades
        try connection.mark(&head.fields, bytes, status: 502)
    }
}
