public import NIOCore

extension ByteBuffer {
    /// Reads one whole term (131, tag, data) and leaves what comes after it.
    ///
    /// - Throws: ``TermDecodingError``; the buffer is then as it was.
    public mutating func readTerm(limits: TermLimits = TermLimits()) throws(TermDecodingError) -> Term {
        var decoder = TermDecoder(self, limits: limits)
        let term = try decoder.decode()
        self = decoder.remaining
        return term
    }

    /// Writes one whole term (131, tag, data), as `term_to_binary/1` does.
    ///
    /// - Returns: how many bytes were written.
    /// - Throws: ``TermEncodingError``; the buffer is then as it was.
    @discardableResult
    public mutating func writeTerm(_ term: Term) throws(TermEncodingError) -> Int {
        let start = writerIndex
        writeInteger(Tag.version)
        do {
            try writeElement(term)
        } catch {
            moveWriterIndex(to: start)
            throw error
        }
        return writerIndex - start
    }

    /// Writes a term without the leading 131: a part of a larger term that the caller puts together.
    ///
    /// - Throws: ``TermEncodingError``; the buffer is then as it was.
    public mutating func writeElement(_ term: Term) throws(TermEncodingError) {
        let start = writerIndex
        var encoder = TermEncoder(buffer: self)
        self = ByteBuffer()  // the encoder holds the only reference now, so it writes in place
        defer { self = encoder.buffer }
        do {
            try encoder.encode(term, depth: 0)
        } catch {
            encoder.buffer.moveWriterIndex(to: start)
            throw error
        }
    }
}

extension Term {
    /// Decodes what `term_to_binary` made: one term, and nothing after it.
    ///
    /// - Throws: ``TermDecodingError``.
    public init(externalFormat bytes: [UInt8], limits: TermLimits = TermLimits()) throws(TermDecodingError) {
        var decoder = TermDecoder(ByteBuffer(bytes: bytes), limits: limits)
        self = try decoder.decode()
        try decoder.expectEnd()
    }

    /// Encodes the term as `term_to_binary/1` does.
    ///
    /// - Throws: ``TermEncodingError``.
    public func externalFormat() throws(TermEncodingError) -> [UInt8] {
        var buffer = ByteBuffer()
        try buffer.writeTerm(self)
        return Array(buffer.readableBytesView)
    }
}
