/// An atom: a name that is its own value.
///
/// Holds at most 255 Unicode characters (scalars), as the language does; longer names cannot be made.
public struct Atom: Hashable, Sendable, ExpressibleByStringLiteral, Comparable {
    /// The characters, without quotes.
    public let name: String

    /// The longest atom that Erlang knows, in Unicode scalars.
    public static let maximumLength = 255

    /// Makes an atom, or `nil` when `name` is longer than 255 characters.
    public init?(_ name: String) {
        guard name.utf8.count <= Self.maximumLength || name.unicodeScalars.count <= Self.maximumLength else { return nil }
        self.name = name
    }

    /// Makes an atom from a literal in the source, which the author keeps within 255 characters.
    public init(stringLiteral name: StaticString) {
        let text = "\(name)"
        precondition(text.unicodeScalars.count <= Self.maximumLength, "an atom has at most 255 characters")
        self.name = text
    }

    /// For names that were counted already.
    init(checked name: String) {
        self.name = name
    }

    /// Order of their characters.
    public static func < (left: Atom, right: Atom) -> Bool {
        left.name < right.name
    }
}

extension Atom: CustomStringConvertible {
    /// The atom in Erlang syntax, quoted where the language wants quotes.
    public var description: String {
        var printer = TermPrinter(limit: .max)
        printer.atom(self)
        return printer.text
    }
}
