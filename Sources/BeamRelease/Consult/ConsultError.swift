/// Why a text is no sequence of Erlang terms, and where.
public struct ConsultError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// The bytes are not UTF-8 (or Latin-1, where a `coding:` comment says so).
        case badEncoding
        /// A character that begins no token.
        case unexpectedCharacter(Character)
        /// A token that cannot stand here, as it is written.
        case unexpectedToken(String)
        /// A variable: a file of terms has none.
        case variable(String)
        /// A quoted text that never ends.
        case unterminated(String)
        /// An escape, a number or a character code that cannot be.
        case badLiteral(String)
        /// A binary whose segments do not make whole bytes, or that needs what is not supported here.
        case badBinary(String)
        /// More levels than ``Consult/deepestNesting``.
        case tooDeep
        /// More bytes than ``Consult/longestText``.
        case tooLong
        /// The text ends within a term.
        case unexpectedEnd
    }

    /// What is wrong.
    public let reason: Reason
    /// Characters before the place.
    public let offset: Int
    /// The line, from 1.
    public let line: Int
    /// The column, from 1, in code points.
    public let column: Int
}

extension ConsultError: CustomStringConvertible {
    /// `line:column: reason`.
    public var description: String { "\(line):\(column): \(reason)" }
}

extension ConsultError.Reason: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .badEncoding: "not UTF-8"
        case .unexpectedCharacter(let character): "unexpected character '\(character)'"
        case .unexpectedToken(let text): "unexpected \(text)"
        case .variable(let name): "the variable \(name): a file of terms has no variables"
        case .unterminated(let what): "\(what) that never ends"
        case .badLiteral(let text): "\(text) is no valid literal"
        case .badBinary(let why): "a binary that cannot be: \(why)"
        case .tooDeep: "nested more than \(Consult.deepestNesting) levels deep"
        case .tooLong: "longer than \(Consult.longestText) bytes"
        case .unexpectedEnd: "the text ends within a term"
        }
    }
}
