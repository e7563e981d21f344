/// Builds terms from tokens.
struct TermReader {
    private(set) var lexer: TermLexer
    private(set) var token: TermLexer.Token
    private var depth = 0

    init(lexer: TermLexer) {
        self.lexer = lexer
        token = TermLexer.Token(kind: .end, offset: 0)
    }

    /// The next term up to its full stop; nil at the end of the text.
    mutating func nextTerm() throws(ConsultError) -> ErlangTerm? {
        try advance()
        if token.kind == .end { return nil }
        let term = try self.term()
        guard token.kind == .fullStop else { throw unexpected() }
        return term
    }

    mutating func term() throws(ConsultError) -> ErlangTerm {
        switch token.kind {
        case .atom(let name):
            let isQuoted = lexer.text[token.offset] == "'"
            if !isQuoted, name == "fun" { return try externalFunction() }
            if !isQuoted, Self.reserved.contains(name) { throw unexpected() }
            try advance()
            return .atom(name)
        case .integer(let number):
            try advance()
            return number
        case .float(let number):
            try advance()
            return .float(number)
        case .string: return .string(try adjacentStrings())
        case .binaryString(let text):
            try advance()
            return .binary(Array(text.utf8))
        case .variable(let name): throw lexer.error(.variable(name), at: token.offset)
        case .mark(let mark): return try compound(mark)
        case .fullStop: throw unexpected()
        case .end: throw lexer.error(.unexpectedEnd, at: token.offset)
        }
    }

    private mutating func compound(_ mark: String) throws(ConsultError) -> ErlangTerm {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Consult.deepestNesting else { throw lexer.error(.tooDeep, at: token.offset) }
        switch mark {
        case "{": return .tuple(try elements(until: "}").terms)
        case "[":
            let (terms, tail) = try elements(until: "]")
            return .list(terms, tail: tail)
        case "#": return try map()
        case "<<": return try binary()
        case "-", "+": return try signed(mark)
        case "(":
            try advance()
            let inner = try term()
            try expect(")")
            return inner
        default: throw unexpected()
        }
    }

    private mutating func elements(until close: String) throws(ConsultError) -> (terms: [ErlangTerm], tail: ErlangTerm?) {
        try advance()
        var terms: [ErlangTerm] = []
        if try skip(close) { return (terms, nil) }
        while true {
            terms.append(try term())
            if try skip(close) { return (terms, nil) }
            if close == "]", try skip("|") {
                let tail = try term()
                try expect(close)
                return append(tail, to: terms)
            }
            try expect(",")
        }
    }

    /// `[a | [b]]` is `[a, b]`.
    private func append(_ tail: ErlangTerm, to terms: [ErlangTerm]) -> ([ErlangTerm], ErlangTerm?) {
        if case .list(let more, let end) = tail { return (terms + more, end) }
        return (terms, tail)
    }

    private mutating func map() throws(ConsultError) -> ErlangTerm {
        try advance()
        try expect("{")
        var pairs: [ErlangTerm.Pair] = []
        if try skip("}") { return .map(pairs) }
        while true {
            let key = try term()
            try expect("=>")
            pairs.append(ErlangTerm.Pair(key: key, value: try term()))
            if try skip("}") { return .map(pairs) }
            try expect(",")
        }
    }

    private mutating func signed(_ sign: String) throws(ConsultError) -> ErlangTerm {
        try advance()
        guard sign == "-" else {
            switch token.kind {
            case .integer, .float: return try term()
            default: throw unexpected()
            }
        }
        switch token.kind {
        case .integer(.integer(let number)):
            try advance()
            return .integer(-number)
        case .integer(.bigInteger(let digits)):
            try advance()
            return Int("-" + digits).map(ErlangTerm.integer) ?? .bigInteger("-" + digits)
        case .float(let number):
            try advance()
            return .float(-number)
        default: throw unexpected()
        }
    }

    private mutating func externalFunction() throws(ConsultError) -> ErlangTerm {
        try advance()
        guard case .atom(let module) = token.kind else { throw unexpected() }
        try advance()
        try expect(":")
        guard case .atom(let name) = token.kind else { throw unexpected() }
        try advance()
        try expect("/")
        guard case .integer(.integer(let arity)) = token.kind, (0...255).contains(arity) else { throw unexpected() }
        try advance()
        return .externalFunction(module: module, name: name, arity: arity)
    }

    private mutating func adjacentStrings() throws(ConsultError) -> String {
        var joined = ""
        while case .string(let text) = token.kind {
            joined += text
            try advance()
        }
        return joined
    }

    // MARK: Tokens

    mutating func advance() throws(ConsultError) {
        token = try lexer.next()
    }

    mutating func skip(_ mark: String) throws(ConsultError) -> Bool {
        guard token.kind == .mark(mark) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ mark: String) throws(ConsultError) {
        guard try skip(mark) else { throw unexpected() }
    }

    func unexpected() -> ConsultError {
        switch token.kind {
        case .end: lexer.error(.unexpectedEnd, at: token.offset)
        case .variable(let name): lexer.error(.variable(name), at: token.offset)
        case .fullStop: lexer.error(.unexpectedToken("full stop"), at: token.offset)
        case .mark(let mark): lexer.error(.unexpectedToken("'\(mark)'"), at: token.offset)
        case .atom(let name): lexer.error(.unexpectedToken("'\(name)'"), at: token.offset)
        case .string, .binaryString: lexer.error(.unexpectedToken("string"), at: token.offset)
        case .integer, .float: lexer.error(.unexpectedToken("number"), at: token.offset)
        }
    }

    static let reserved: Set<String> = [
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch", "cond", "div", "end",
        "fun", "if", "let", "not", "of", "or", "orelse", "receive", "rem", "try", "when", "xor",
    ]
}
