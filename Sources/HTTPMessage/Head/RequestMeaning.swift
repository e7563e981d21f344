/// What the fields of a request mean together, collected one after another.
struct RequestMeaning {
    private let line: RequestLine
    private(set) var authority: OctetRange?
    private(set) var host = ""
    private(set) var framing = BodyFraming.none
    private(set) var expectsContinue = false
    private(set) var opensWebSocket = false
    private var connection = ConnectionOptions()
    private var hosts = 0
    private var lengths = 0
    private var codings = 0
    private var upgrade: [OctetRange] = []
    private var upgradesToWebSocket = false
    private var keys = 0
    private var hasKey = false
    private var versions = 0
    private var hasVersion13 = false

    init(_ line: RequestLine) {
        self.line = line
        authority = line.authority
    }

    var keepsAlive: Bool { connection.closes ? false : line.version == .http11 || connection.keepsAlive }

    mutating func take(_ known: KnownField, _ field: HeaderField, _ bytes: OctetPointer) throws(HTTPProblem) {
        switch known {
        case .host:
            hosts += 1
            guard hosts == 1 else { throw HTTPProblem(400, "Host twice") }
            _ = try Self.host(bytes, field.value)
            if authority == nil { authority = field.value }
        case .contentLength:
            lengths += 1
            guard let length = bytes.number(field.value) else { throw HTTPProblem(400, "a Content-Length that is no number") }
            framing = length == 0 ? .none : .length(length)
        case .transferEncoding:
            codings += 1
            guard bytes.spells(field.value, "chunked") else { throw HTTPProblem(400, "a Transfer-Encoding that is not chunked") }
            framing = .chunked
        case .connection:
            try connection.take(bytes, field.value, status: 400)
        case .upgrade:
            upgrade += bytes.elements(of: field.value)
            upgradesToWebSocket = upgradesToWebSocket || upgrade.contains { bytes.spells($0, "websocket") }
        case .expect:
            guard bytes.spells(field.value, "100-continue") else { throw HTTPProblem(417, "an Expect that is not 100-continue") }
            expectsContinue = line.version == .http11
        case .webSocketKey:
            keys += 1
            hasKey = Self.isKey(bytes, field.value)
        case .webSocketVersion:
            versions += 1
            hasVersion13 = bytes.spells(field.value, "13")
        case .hopByHop, .forwarding, .requestID, .other:
            break
        }
    }

    mutating func finish(_ bytes: OctetPointer, _ fields: inout [HeaderField]) throws(HTTPProblem) {
        guard lengths <= 1 else { throw HTTPProblem(400, "Content-Length twice") }
        guard codings <= 1 else { throw HTTPProblem(400, "Transfer-Encoding twice") }
        guard lengths + codings <= 1 else { throw HTTPProblem(400, "both Content-Length and Transfer-Encoding") }
        guard codings == 0 || line.version == .http11 else { throw HTTPProblem(400, "Transfer-Encoding in HTTP/1.0") }
        guard hosts == 1 || line.version == .http10 else { throw HTTPProblem(400, "no Host") }
        if let authority { host = try Self.host(bytes, authority) }
        if upgradesToWebSocket {
            let isWhole =
                line.method == .get && line.version == .http11 && lengths + codings == 0 && upgrade.count == 1
                && connection.upgrades && keys == 1 && hasKey && versions == 1 && hasVersion13
            guard isWhole else { throw HTTPProblem(400, "an upgrade to WebSocket that is not as RFC 6455 has it") }
            opensWebSocket = true
        }
        try connection.mark(&fields, bytes, status: 400)
    }

    /// Whether a value is sixteen octets in base64 (RFC 6455, 4.1).
    private static func isKey(_ bytes: OctetPointer, _ range: OctetRange) -> Bool {
        guard range.count == 24 else { return false }
        let digits = OctetRange(range.start, range.end - 2)
        return bytes.all(digits, are: Octets.base64) && bytes[Int(digits.end)..<Int(range.end)].elementsEqual("==".utf8)
    }

    /// The host of `host[:port]`, in lower case and without a last dot.
    private static func host(_ bytes: OctetPointer, _ range: OctetRange) throws(HTTPProblem) -> String {
        var end = range.end
        let isLiteral = range.count > 0 && bytes[Int(range.start)] == UInt8(ascii: "[")
        if let colon = range.indices.last(where: { bytes[$0] == UInt8(ascii: ":") }),
            !isLiteral || bytes[colon - 1] == UInt8(ascii: "]")
        {
            let port = OctetRange(UInt16(colon + 1), range.end)
            guard port.count == 0 || (port.count <= 5 && bytes.number(port) ?? .max <= UInt16.max) else {
                throw HTTPProblem(400, "a Host with a bad port")
            }
            end = UInt16(colon)
        }
        var name = OctetRange(range.start, end)
        if isLiteral {
            guard name.count > 4, bytes[Int(end) - 1] == UInt8(ascii: "]"),
                (Int(name.start) + 1..<Int(end) - 1).allSatisfy({
                    Octets.classes[Int(bytes[$0])] & Octets.hexadecimal != 0 || ":.".utf8.contains(bytes[$0])
                })
            else { throw HTTPProblem(400, "a Host with a bad address") }
        } else {
            guard (1...255).contains(name.count), bytes.all(name, are: Octets.host) else {
                throw HTTPProblem(400, "a Host that is no host name")
            }
            if name.count > 1, bytes[Int(end) - 1] == UInt8(ascii: ".") { name.end -= 1 }
        }
        return String(decoding: bytes[name.indices], as: UTF8.self).lowercased()
    }
}

/// What `Connection` asks for (RFC 9110, 7.6.1).
struct ConnectionOptions {
    private(set) var closes = false
    private(set) var keepsAlive = false
    private(set) var upgrades = false
    private var nominated: [OctetRange] = []

    mutating func take(_ bytes: OctetPointer, _ value: OctetRange, status: Int) throws(HTTPProblem) {
        for option in bytes.elements(of: value) {
            if bytes.spells(option, "close") {
                closes = true
            } else if bytes.spells(option, "keep-alive") {
                keepsAlive = true
            } else if bytes.spells(option, "upgrade") {
                upgrades = true
            } else {
                guard nominated.count < 16, bytes.all(option, are: Octets.token) else {
                    throw HTTPProblem(status, "a Connection that names no fields")
                }
                nominated.append(option)
            }
        }
    }

    /// Marks the fields that were nominated. What the message would mean something else without cannot be.
    func mark(_ fields: inout [HeaderField], _ bytes: OctetPointer, status: Int) throws(HTTPProblem) {
        guard !nominated.isEmpty else { return }
        let needed: [StaticString] = [
            "authorization", "cookie", "content-type", "content-encoding", "origin", "sec-websocket-key",
        ]
        for option in nominated {
            let known = KnownField(bytes, option)
            let isNeeded = known.role != .endToEnd && known.role != .hopByHop
            guard !isNeeded, !needed.contains(where: { bytes.spells(option, $0) }) else {
                throw HTTPProblem(status, "a Connection that takes away what the message needs")
            }
        }
        for index in fields.indices where nominated.contains(where: { bytes.same($0, fields[index].name) }) {
            fields[index].role = .hopByHop
        }
    }
}
