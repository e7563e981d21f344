/// Why some bytes are no term: where it was seen, at which tag, and what was wrong.
public struct TermDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault. More may come: keep a `default`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case truncated, notVersion131, unknownTag, unsupportedTag, malformed, trailingBytes
            case tooDeep, tooManyTerms, tooLarge
        }
        private let kind: Kind

        /// The bytes end before the term does.
        public static let truncated = Code(kind: .truncated)
        /// The first byte is not 131.
        public static let notVersion131 = Code(kind: .notVersion131)
        /// A tag that the format does not have.
        public static let unknownTag = Code(kind: .unknownTag)
        /// A tag that the format has, but that has no place here: `ATOM_CACHE_REF`, `LOCAL_EXT`, `FUN_EXT`.
        public static let unsupportedTag = Code(kind: .unsupportedTag)
        /// A field holds what it must not, such as an atom that is not UTF-8 or a map with one key twice.
        public static let malformed = Code(kind: .malformed)
        /// There is more after the term.
        public static let trailingBytes = Code(kind: .trailingBytes)
        /// Beyond ``TermLimits/depth``.
        public static let tooDeep = Code(kind: .tooDeep)
        /// Beyond ``TermLimits/terms``.
        public static let tooManyTerms = Code(kind: .tooManyTerms)
        /// Beyond ``TermLimits/inflatedBytes``.
        public static let tooLarge = Code(kind: .tooLarge)

        /// The code's name, stable.
        public var description: String { kind.rawValue }
    }

    /// What kind of fault it is.
    public var code: Code
    /// Where the faulty term or field begins, in bytes from where decoding began (in the inflated bytes, if compressed).
    public var offset: Int
    /// The tag of the term in which it was found, when one had been read.
    public var tag: UInt8?
    /// What was found and what was expected, in lower case.
    public var detail: String

    /// One line: what, where, at which tag.
    public var description: String {
        let place = tag.map { "offset \(offset), tag \($0)" } ?? "offset \(offset)"
        return "no Erlang term: \(detail) (\(place))"
    }
}

/// Why a term cannot be written: it holds what the format has no bytes for.
public struct TermEncodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault. More may come: keep a `default`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String { case notFinite, tooDeep, tooLarge }
        private let kind: Kind

        /// A float that is infinite or not a number.
        public static let notFinite = Code(kind: .notFinite)
        /// Containers lie deeper in one another than ``TermLimits/greatestDepth``.
        public static let tooDeep = Code(kind: .tooDeep)
        /// A length that 32 bits do not hold.
        public static let tooLarge = Code(kind: .tooLarge)

        /// The code's name, stable.
        public var description: String { kind.rawValue }
    }

    /// What kind of fault it is.
    public var code: Code
    /// What was found, in lower case.
    public var detail: String

    /// One line.
    public var description: String { "term cannot be encoded: \(detail)" }
}
