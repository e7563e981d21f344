public import NIOCore

/// Finds and reads the heads of requests in a stream of octets (RFC 9112), strictly: a proxy and the server behind it must never
/// read a request differently, so whatever is not beyond doubt is refused.
public struct RequestHeadParser: Sendable {
    private let limits: HeadLimits
    private var search = HeadSearch()
    private var isPastEmptyLine = false

    /// A parser for one connection.
    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// Takes the next head off the buffer; nil, and nothing taken, when its end has not come yet.
    ///
    /// - Throws: ``HTTPProblem``; nothing more can be read from the connection then.
    public mutating func parse(_ buffer: inout ByteBuffer) throws(HTTPProblem) -> RequestHead? {
        try skipEmptyLine(&buffer)
        guard let length = try buffer.peek({ bytes throws(HTTPProblem) in try length(of: bytes) }),
            let octets = buffer.readSlice(length: length)
        else { return nil }
        search = HeadSearch()
        isPastEmptyLine = false
        return try RequestHeadReading.read(octets, limits)
    }

    /// One empty line before a request is what some clients send after a body (RFC 9112, 2.2).
    private mutating func skipEmptyLine(_ buffer: inout ByteBuffer) throws(HTTPProblem) {
        guard !isPastEmptyLine, let first: UInt8 = buffer.getInteger(at: buffer.readerIndex) else { return }
        if first == Octets.carriageReturn {
            guard let second: UInt8 = buffer.getInteger(at: buffer.readerIndex + 1) else { return }
            guard second == Octets.lineFeed else { throw HTTPProblem(400, "no request line") }
            buffer.moveReaderIndex(forwardBy: 2)
        }
        isPastEmptyLine = true
    }

    private mutating func length(of bytes: UnsafeRawBufferPointer) throws(HTTPProblem) -> Int? {
        guard let first = bytes.first else { return nil }
        guard first != Octets.carriageReturn || (bytes.count == 1 && !isPastEmptyLine) else {
            throw HTTPProblem(400, "no request line")
        }
        // A handshake of TLS, say, which would never come to an end.
        guard first == Octets.carriageReturn || Octets.classes[Int(first)] & Octets.token != 0 else {
            throw HTTPProblem(400, "no request line")
        }
        let tooLong = HTTPProblem(431, "a head of more than \(limits.octets) octets")
        return try search.length(in: bytes, limit: limits.octets, whenOver: tooLong)
    }
}

extension ByteBuffer {
    /// `withUnsafeReadableBytes` for a body with a typed error.
    func peek<Value>(_ body: (UnsafeRawBufferPointer) throws(HTTPProblem) -> Value) throws(HTTPProblem) -> Value {
        let result: Result<Value, HTTPProblem> = withUnsafeReadableBytes { bytes in
            do throws(HTTPProblem) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
