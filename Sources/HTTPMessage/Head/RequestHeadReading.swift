internal import NIOCore

/// Reads one whole head.
enum RequestHeadReading {
    static func read(_ octets: ByteBuffer, _ limits: HeadLimits) throws(HTTPProblem) -> RequestHead {
        try octets.peek { bytes throws(HTTPProblem) in
            let line = try RequestLine(bytes, limits)
            var fields: [HeaderField] = []
            fields.reserveCapacity(16)
            var meaning = RequestMeaning(line)
            try FieldScanner(status: 400, mostFields: limits.fields).scan(bytes, from: line.end, to: bytes.count - 2) {
                known, field throws(HTTPProblem) in
                try meaning.take(known, field, bytes)
                fields.append(field)
            }
            try meaning.finish(bytes, &fields)
            return RequestHead(
                octets: octets, method: line.method, methodText: line.methodText, target: line.target, path: line.path,
                version: line.version, authority: meaning.authority, host: meaning.host, framing: meaning.framing,
                keepsAlive: meaning.keepsAlive, opensWebSocket: meaning.opensWebSocket,
                expectsContinue: meaning.expectsContinue, fields: fields)
        }
    }
}

/// The first line of a request.
struct RequestLine {
    let method: RequestMethod
    let methodText: OctetRange
    private(set) var target: OctetRange
    private(set) var path: OctetRange
    /// From an absolute-form.
    private(set) var authority: OctetRange?
    let version: HTTPVersion
    /// The offset after the line.
    let end: Int

    init(_ bytes: OctetPointer, _ limits: HeadLimits) throws(HTTPProblem) {
        var lineEnd = 0
        while bytes[lineEnd] != Octets.carriageReturn && bytes[lineEnd] != Octets.lineFeed { lineEnd += 1 }
        guard bytes[lineEnd] == Octets.carriageReturn, bytes[lineEnd + 1] == Octets.lineFeed else {
            throw HTTPProblem(400, "a carriage return in the request line")
        }
        let spaces = (0..<lineEnd).filter { bytes[$0] == Octets.space }
        guard spaces.count == 2 else { throw HTTPProblem(400, "a request line that is not method, target, version") }
        methodText = OctetRange(0, UInt16(spaces[0]))
        guard methodText.count > 0, bytes.all(methodText, are: Octets.token) else { throw HTTPProblem(400, "no method") }
        let whole = OctetRange(UInt16(spaces[0] + 1), UInt16(spaces[1]))
        version = try Self.version(bytes, OctetRange(UInt16(spaces[1] + 1), UInt16(lineEnd)))
        guard whole.count <= limits.target else { throw HTTPProblem(414, "a target of more than \(limits.target) octets") }
        guard whole.count > 0, bytes.all(whole, are: Octets.target) else {
            throw HTTPProblem(400, "a target with a character that it cannot have")
        }
        method = try Self.method(bytes, methodText)
        end = lineEnd + 2
        (target, authority) = try Self.target(bytes, whole, isOptions: method == .options)
        let query = target.indices.first { bytes[$0] == UInt8(ascii: "?") }
        path = OctetRange(target.start, query.map { UInt16($0) } ?? target.end)
    }

    private static func version(_ bytes: OctetPointer, _ range: OctetRange) throws(HTTPProblem) -> HTTPVersion {
        let text = bytes[range.indices]
        if text.elementsEqual("HTTP/1.1".utf8) { return .http11 }
        if text.elementsEqual("HTTP/1.0".utf8) { return .http10 }
        // A zero stands for any digit (RFC 9112, 2.3).
        let isHTTP =
            range.count == 8
            && zip(text, "HTTP/0.0".utf8).allSatisfy { octet, wanted in
                octet == wanted || wanted == UInt8(ascii: "0") && Octets.classes[Int(octet)] & Octets.digit != 0
            }
        throw isHTTP ? HTTPProblem(505, "a version of HTTP that is not spoken here") : HTTPProblem(400, "no version of HTTP")
    }

    /// Methods are spelled in capitals; others are passed on as they are, but CONNECT, which is for proxies of the client's own.
    private static func method(_ bytes: OctetPointer, _ range: OctetRange) throws(HTTPProblem) -> RequestMethod {
        let text = bytes[range.indices]
        if text.elementsEqual("GET".utf8) { return .get }
        if text.elementsEqual("POST".utf8) { return .post }
        if text.elementsEqual("HEAD".utf8) { return .head }
        if text.elementsEqual("PUT".utf8) { return .put }
        if text.elementsEqual("DELETE".utf8) { return .delete }
        if text.elementsEqual("OPTIONS".utf8) { return .options }
        if text.elementsEqual("PATCH".utf8) { return .patch }
        if bytes.spells(range, "connect") { throw HTTPProblem(501, "CONNECT") }
        return .other
    }

    /// The origin-form of a target, and the authority of an absolute one (RFC 9112, 3.2).
    private static func target(
        _ bytes: OctetPointer, _ whole: OctetRange, isOptions: Bool
    ) throws(HTTPProblem) -> (OctetRange, OctetRange?) {
        if bytes[Int(whole.start)] == UInt8(ascii: "/") { return (whole, nil) }
        if whole.count == 1, bytes[Int(whole.start)] == UInt8(ascii: "*"), isOptions { return (whole, nil) }
        let schemes: [StaticString] = ["http://", "https://"]
        guard let scheme = schemes.first(where: { bytes.begins(whole, with: $0) }) else {
            throw HTTPProblem(400, "a target that is neither a path nor a URL")
        }
        let start = whole.start + UInt16(scheme.utf8CodeUnitCount)
        let rest = OctetRange(start, whole.end)
        let end =
            rest.indices.first { bytes[$0] == UInt8(ascii: "/") || bytes[$0] == UInt8(ascii: "?") }.map { UInt16($0) }
            ?? whole.end
        guard end == whole.end || bytes[Int(end)] == UInt8(ascii: "/") else { throw HTTPProblem(400, "a URL without a path") }
        return (OctetRange(end, whole.end), OctetRange(start, end))
    }
}
