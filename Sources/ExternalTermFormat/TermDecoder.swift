public import NIOCore

/// Reads terms from bytes that a stranger sent.
///
/// Most callers want `ByteBuffer.readTerm(limits:)`. This type also opens a tuple without decoding all of it, so that a
/// receiver can look at the first elements and decide whether it wants the rest.
public struct TermDecoder {
    var buffer: ByteBuffer
    private let start: Int
    let limits: TermLimits
    private(set) var termsLeft: Int

    /// Decodes from the readable bytes of `buffer`.
    public init(_ buffer: ByteBuffer, limits: TermLimits = TermLimits()) {
        self.buffer = buffer
        self.start = buffer.readerIndex
        self.limits = limits
        self.termsLeft = limits.terms
    }

    /// The bytes that have not been read yet.
    public var remaining: ByteBuffer { buffer }

    /// How many bytes have been read.
    public var offset: Int { buffer.readerIndex - start }

    /// Reads one whole term: 131, tag, data; also a compressed one.
    ///
    /// - Throws: ``TermDecodingError``.
    public mutating func decode() throws(TermDecodingError) -> Term {
        try version()
        let at = offset
        if buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) == Tag.compressed.rawValue {
            buffer.moveReaderIndex(forwardBy: 1)
            return try compressed(at: at)
        }
        return try decodeElement()
    }

    /// Reads 131 and the head of a tuple; its elements follow, to be read with ``decodeElement()``.
    ///
    /// - Returns: how many elements the tuple has.
    /// - Throws: ``TermDecodingError``, also when the term is no tuple.
    public mutating func openTuple() throws(TermDecodingError) -> Int {
        try version()
        let at = offset
        let tag = try tag(at: at)
        switch tag {
        case .smallTuple: return try count(UInt8.self, tag, at)
        case .largeTuple: return try count(UInt32.self, tag, at)
        default: throw failure(.malformed, tag, at, "expected a tuple")
        }
    }

    /// Reads a term that has no 131 of its own, as inside a tuple that was opened.
    ///
    /// - Throws: ``TermDecodingError``.
    public mutating func decodeElement() throws(TermDecodingError) -> Term {
        try charge(1, nil, offset)
        return try element(depth: 0)
    }

    func expectEnd() throws(TermDecodingError) {
        guard buffer.readableBytes == 0 else {
            throw failure(.trailingBytes, nil, offset, "\(buffer.readableBytes) bytes after the term")
        }
    }

    private mutating func version() throws(TermDecodingError) {
        let at = offset
        let byte = try integer(UInt8.self, nil, at)
        guard byte == Tag.version else { throw failure(.notVersion131, nil, at, "expected 131 first, found \(byte)") }
    }

    private mutating func compressed(at: Int) throws(TermDecodingError) -> Term {
        let size = Int(try integer(UInt32.self, .compressed, at))
        guard size <= limits.inflatedBytes else {
            throw failure(.tooLarge, .compressed, at, "\(size) bytes when inflated, at most \(limits.inflatedBytes) allowed")
        }
        let result = inflate(buffer.readableBytesView, to: size)
        guard case .success(let output, let consumed) = result else {
            throw failure(.malformed, .compressed, at, "the compressed data does not inflate to the \(size) bytes announced")
        }
        buffer.moveReaderIndex(forwardBy: consumed)
        var inner = TermDecoder(output, limits: limits)
        inner.termsLeft = termsLeft
        let term = try inner.decodeElement()
        try inner.expectEnd()
        termsLeft = inner.termsLeft
        return term
    }
}

// MARK: - What the parts are read with
extension TermDecoder {
    func failure(_ code: TermDecodingError.Code, _ tag: Tag?, _ at: Int, _ detail: String) -> TermDecodingError {
        TermDecodingError(code: code, offset: at, tag: tag?.rawValue, detail: detail)
    }

    /// Takes `count` from the allowance that all containers share.
    mutating func charge(_ count: Int, _ tag: Tag?, _ at: Int) throws(TermDecodingError) {
        guard count <= termsLeft else {
            throw failure(.tooManyTerms, tag, at, "more than \(limits.terms) terms")
        }
        termsLeft -= count
    }

    func need(_ count: Int, _ tag: Tag?, _ at: Int) throws(TermDecodingError) {
        guard count <= buffer.readableBytes else {
            throw failure(.truncated, tag, at, "needs \(count) more bytes, \(buffer.readableBytes) are there")
        }
    }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type, _ tag: Tag?, _ at: Int) throws(TermDecodingError) -> T {
        guard let value = buffer.readInteger(as: type) else {
            throw failure(.truncated, tag, at, "needs \(T.bitWidth / 8) more bytes, \(buffer.readableBytes) are there")
        }
        return value
    }

    mutating func bytes(_ count: Int, _ tag: Tag, _ at: Int) throws(TermDecodingError) -> [UInt8] {
        guard let bytes = buffer.readBytes(length: count) else {
            throw failure(.truncated, tag, at, "needs \(count) more bytes, \(buffer.readableBytes) are there")
        }
        return bytes
    }

    mutating func tag(at: Int) throws(TermDecodingError) -> Tag {
        let byte = try integer(UInt8.self, nil, at)
        guard let tag = Tag(rawValue: byte) else {
            throw TermDecodingError(code: .unknownTag, offset: at, tag: byte, detail: "no tag of the format")
        }
        return tag
    }

    /// Reads how many elements follow. Each is at least a byte, so the bytes must be there, and the allowance pays for all
    /// of them now: nothing is ever reserved for elements that were only announced.
    mutating func count<T: FixedWidthInteger>(
        _ type: T.Type, _ tag: Tag, _ at: Int, each: Int = 1
    ) throws(TermDecodingError) -> Int {
        let count = Int(try integer(type, tag, at))
        try need(count * each, tag, at)
        try charge(count * each, tag, at)
        return count
    }
}
