internal import HTTPMessage
internal import NIOCore

/// Where a request came from, for the replica.
struct Provenance {
    /// The address that it came from, which is the client's or its proxy's.
    var peer: String
    /// `http` or `https`.
    var scheme: String
    /// Whether what it says of its own origin is believed.
    var isTrusted: Bool
    /// What the request is called.
    var requestID: String
}

/// Writes the head of a request as the replica gets it.
enum RequestWriter {
    /// The end-to-end fields as they came, the entrance's own beside them (RFC 9110, 7.6).
    static func write(_ head: RequestHead, _ provenance: Provenance, into buffer: inout ByteBuffer) {
        head.octets.withUnsafeReadableBytes { octets in
            func copy(_ range: OctetRange) {
                buffer.writeBytes(UnsafeRawBufferPointer(rebasing: octets[range.indices]))
            }
            copy(head.methodText)
            buffer.writeStaticString(" ")
            // A URL without a path (RFC 9112, 3.2.4).
            if head.target.count > 0 { copy(head.target) } else { buffer.writeStaticString(head.method == .options ? "*" : "/") }
            buffer.writeStaticString(" HTTP/1.1\r\nHost: ")
            if let authority = head.authority { copy(authority) } else { buffer.writeStaticString("localhost") }
            buffer.writeStaticString("\r\n")
            var hasScheme = false
            for field in head.fields {
                switch field.role {
                case .endToEnd: copy(field.line)
                case .expectation: if head.expectsContinue { copy(field.line) }
                case .forwarding:
                    guard provenance.isTrusted else { continue }
                    copy(field.line)
                    hasScheme = hasScheme || isScheme(octets, field.name)
                case .hopByHop, .framing, .host, .requestID: continue
                }
            }
            writeFraming(head, &buffer)
            if head.opensWebSocket { buffer.writeStaticString("Connection: Upgrade\r\nUpgrade: websocket\r\n") }
            field("X-Forwarded-For: ", provenance.peer, &buffer)
            if !hasScheme {
                field("X-Forwarded-Proto: ", provenance.scheme, &buffer)
                if let authority = head.authority {
                    buffer.writeStaticString("X-Forwarded-Host: ")
                    copy(authority)
                    buffer.writeStaticString("\r\n")
                }
            }
            field("X-Request-Id: ", provenance.requestID, &buffer)
            buffer.writeStaticString("\r\n")
        }
    }

    private static func field(_ name: StaticString, _ value: String, _ buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }

    private static func writeFraming(_ head: RequestHead, _ buffer: inout ByteBuffer) {
        switch head.framing {
        case .chunked: buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        case .length(let length): buffer.writeString("Content-Length: \(length)\r\n")
        case .none, .untilClose:
            if [.post, .put, .patch].contains(head.method) { buffer.writeStaticString("Content-Length: 0\r\n") }
        }
    }

    private static func isScheme(_ octets: UnsafeRawBufferPointer, _ name: OctetRange) -> Bool {
        // Of the fields with this role, only X-Forwarded-Proto has 17 letters and ends in an o.
        name.count == 17 && octets[Int(name.end) - 1] | 0x20 == UInt8(ascii: "o")
    }
}
