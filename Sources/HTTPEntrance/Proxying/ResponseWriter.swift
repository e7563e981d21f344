internal import HTTPMessage
internal import NIOCore

/// Writes the head of a response as the client gets it.
enum ResponseWriter {
    /// The end-to-end fields as they came, and the framing that this client understands.
    static func write(
        _ head: ResponseHead, framing: BodyFraming, to version: HTTPVersion, keepsAlive: Bool, into buffer: inout ByteBuffer
    ) {
        head.octets.withUnsafeReadableBytes { octets in
            func copy(_ range: Range<Int>) { buffer.writeBytes(UnsafeRawBufferPointer(rebasing: octets[range])) }
            buffer.writeStaticString("HTTP/1.1")
            copy(Int(head.statusLine.start) + 8..<Int(head.statusLine.end))
            for field in head.fields where field.role != .hopByHop && field.role != .framing { copy(field.line.indices) }
        }
        switch framing {
        case .chunked: buffer.writeStaticString("Transfer-Encoding: chunked\r\n")
        case .length(let length): buffer.writeString("Content-Length: \(length)\r\n")
        case .none: if let length = length(of: head) { buffer.writeString("Content-Length: \(length)\r\n") }
        case .untilClose: break
        }
        if head.opensWebSocket {
            buffer.writeStaticString("Connection: Upgrade\r\nUpgrade: websocket\r\n")
        } else if !head.isInterim {
            if !keepsAlive {
                buffer.writeStaticString("Connection: close\r\n")
            } else if version == .http10 {
                buffer.writeStaticString("Connection: keep-alive\r\n")
            }
        }
        buffer.writeStaticString("\r\n")
    }

    /// What `Content-Length` says beside an answer without a body: to HEAD and with 304 what there would be, else nothing or 0
    /// (RFC 9110, 8.6).
    private static func length(of head: ResponseHead) -> UInt64? {
        head.status < 200 || head.status == 204 ? nil : head.contentLength
    }

    /// How a body's end is marked for a client: a body whose length nobody knows is chunked, in HTTP/1.0 it ends with the connection.
    static func framing(of head: ResponseHead, to version: HTTPVersion) -> BodyFraming {
        switch head.framing {
        case .none, .length: head.framing
        case .chunked, .untilClose: version == .http11 ? .chunked : .untilClose
        }
    }
}

/// The chunked coding, as it is put on.
enum ChunkWriter {
    /// Puts a piece into a chunk of its own.
    static func head(of octets: Int) -> ByteBuffer {
        ByteBuffer(string: String(octets, radix: 16) + "\r\n")
    }

    static let tail = ByteBuffer(staticString: "\r\n")
    static let last = ByteBuffer(staticString: "0\r\n\r\n")
}
