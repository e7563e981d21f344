/// Binaries, segment by segment.
extension TermReader {
    mutating func binary() throws(ConsultError) -> ErlangTerm {
        let start = token.offset
        try advance()
        var bits = BitString()
        if try skip(">>") { return .binary([]) }
        while true {
            try segment(into: &bits)
            if try skip(">>") { break }
            try expect(",")
        }
        guard let bytes = bits.bytes else {
            throw lexer.error(.badBinary("its \(bits.count) bits are no whole number of bytes"), at: start)
        }
        return .binary(bytes)
    }

    /// `Value`, `Value:Size`, `Value/Types`, `Value:Size/Types`.
    private mutating func segment(into bits: inout BitString) throws(ConsultError) {
        let start = token.offset
        let value = try term()
        var segment = BitString.Segment()
        if try skip(":") {
            guard case .integer(.integer(let size)) = token.kind else { throw unexpected() }
            segment.size = size
            try advance()
        }
        if try skip("/") { segment.types = try types() }
        if let problem = bits.append(value, segment) { throw lexer.error(.badBinary(problem), at: start) }
    }

    private mutating func types() throws(ConsultError) -> [String] {
        var types: [String] = []
        repeat {
            guard case .atom(let type) = token.kind else { throw unexpected() }
            types.append(type)
            try advance()
        } while try skip("-")
        return types
    }
}
