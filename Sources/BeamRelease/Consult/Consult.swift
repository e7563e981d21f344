/// Reads Erlang terms from text, as `file:consult/1` does: each ends with a full stop.
///
/// The grammar is that of the Erlang reference manual, "Data Types", as far as `erl_parse:normalise/1` takes it:
/// also sigils and triple-quoted strings (OTP 27), and `fun M:F/A`.
public enum Consult {
    /// How many levels of brackets a term may have.
    public static let deepestNesting = 256
    /// How many bytes a text may have.
    public static let longestText = 16 << 20

    /// All terms of a text, in order.
    ///
    /// Throws ``ConsultError`` with line and column at the first thing that is no term.
    public static func terms(in text: [UInt8]) throws(ConsultError) -> [ErlangTerm] {
        guard text.count <= longestText else {
            throw ConsultError(reason: .tooLong, offset: longestText, line: 1, column: 1)
        }
        var reader = TermReader(lexer: TermLexer(try scalars(of: text)))
        var terms: [ErlangTerm] = []
        while let term = try reader.nextTerm() { terms.append(term) }
        return terms
    }

    /// All terms of a text, in order. Throws as ``terms(in:)-([UInt8])`` does.
    public static func terms(in text: String) throws(ConsultError) -> [ErlangTerm] {
        try terms(in: Array(text.utf8))
    }

    private static func scalars(of text: [UInt8]) throws(ConsultError) -> [Unicode.Scalar] {
        if declaresLatin1(text) { return text.map { Unicode.Scalar($0) } }
        var scalars: [Unicode.Scalar] = []
        scalars.reserveCapacity(text.count)
        var decoder = UTF8()
        var bytes = text.makeIterator()
        while true {
            switch decoder.decode(&bytes) {
            case .scalarValue(let scalar): scalars.append(scalar)
            case .emptyInput: return scalars
            case .error: throw TermLexer(scalars).error(.badEncoding, at: scalars.count)
            }
        }
    }

    /// `epp:read_encoding/1`: a comment in one of the first two lines that says `coding: latin-1`.
    static func declaresLatin1(_ text: [UInt8]) -> Bool {
        let lines = text.prefix(1024).split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        return lines.prefix(2).contains { line in
            guard line.first(where: { $0 != 0x20 }) == UInt8(ascii: "%") else { return false }
            let comment = String(decoding: line, as: UTF8.self).lowercased()
            return comment.contains("coding: latin-1") || comment.contains("coding=latin-1")
        }
    }
}
