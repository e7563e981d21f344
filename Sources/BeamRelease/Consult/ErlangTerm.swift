/// An Erlang term as it can stand in a file for `file:consult/1`: no pids, references, ports or closures.
public indirect enum ErlangTerm: Hashable, Sendable {
    /// An atom, without its quotes.
    case atom(String)
    /// An integer of at most 64 bits.
    case integer(Int)
    /// A longer integer as it was written, without `_`: `-123…` or `16#ff…`.
    case bigInteger(String)
    /// A float.
    case float(Double)
    /// A string: for Erlang a list of code points, but written between quotes.
    case string(String)
    /// A binary.
    case binary([UInt8])
    /// A tuple.
    case tuple([ErlangTerm])
    /// A list; `tail` is there for an improper one only.
    case list([ErlangTerm], tail: ErlangTerm? = nil)
    /// A map, in the order in which it was written.
    case map([Pair])
    /// `fun Module:Function/Arity`.
    case externalFunction(module: String, name: String, arity: Int)

    /// One association of a map.
    public struct Pair: Hashable, Sendable {
        /// Its key.
        public var key: ErlangTerm
        /// Its value.
        public var value: ErlangTerm

        /// Makes one.
        public init(key: ErlangTerm, value: ErlangTerm) {
            self.key = key
            self.value = value
        }
    }
}

extension ErlangTerm {
    /// The text of a string, or of a list that holds nothing but code points; nil for everything else.
    public var text: String? {
        switch self {
        case .string(let text): return text
        case .list(let elements, nil):
            var scalars = String.UnicodeScalarView()
            for element in elements {
                guard case .integer(let code) = element, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init)
                else { return nil }
                scalars.append(scalar)
            }
            return String(scalars)
        default: return nil
        }
    }
}
