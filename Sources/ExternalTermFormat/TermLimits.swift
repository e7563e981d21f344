/// What a decoder takes from a stranger at most.
///
/// Memory use is bounded by these figures, not by lengths that the input announces: a container must fit the bytes that
/// are really there before anything is reserved for it, and all containers share one allowance of terms.
public struct TermLimits: Hashable, Sendable {
    /// How deep containers may lie in one another. At most 1,024, so that no recursion over a term runs out of stack.
    public var depth: Int
    /// How many terms there may be in all; the characters of a string count as one each.
    public var terms: Int
    /// How many bytes a compressed term may become.
    public var inflatedBytes: Int

    /// The deepest nesting that can be asked for, and the deepest that is encoded.
    public static let greatestDepth = 1_024

    /// Sets limits; unnamed ones keep their defaults: depth 512, one million terms, 16 MiB inflated.
    public init(depth: Int = 512, terms: Int = 1_000_000, inflatedBytes: Int = 16 << 20) {
        self.depth = min(depth, Self.greatestDepth)
        self.terms = terms
        self.inflatedBytes = inflatedBytes
    }
}
