/// An Erlang term, as it crosses a distribution connection or lies in a file made by `term_to_binary`.
///
/// The cases are the language's own kinds of data; how a value was written down (`STRING_EXT` or `LIST_EXT`, old or new
/// float, compressed or not) is not kept, so two spellings of one value are equal. Exact equality is Erlang's `=:=` as
/// of OTP 27: `1` is not `1.0`, and `0.0` is not `-0.0`.
///
/// Source: ERTS User's Guide, "External Term Format" (`erl_ext_dist`).
public enum Term: Sendable {
    /// A whole number that fits 64 bits.
    case integer(Int64)
    /// A whole number that does not fit 64 bits, kept exactly.
    indirect case bigInteger(BigInteger)
    /// A double. Erlang knows neither infinities nor NaN: decoding refuses them, encoding throws.
    case float(Double)
    /// An atom, of up to 255 characters.
    case atom(Atom)
    /// `{A, B, …}`
    case tuple([Term])
    /// `[A, B, …]`, a proper list. A string of Erlang (`"abc"`) is one, of integers.
    case list([Term])
    /// `[A, B | Tail]`, where the tail is no list and there is at least one element before it.
    indirect case improperList([Term], tail: Term)
    /// `#{K => V}`
    case map([Term: Term])
    /// `<<…>>` of whole bytes.
    case binary([UInt8])
    /// `<<…>>` whose last byte is not full.
    indirect case bitstring(BitString)
    /// A process.
    indirect case pid(Pid)
    /// A port.
    indirect case port(Port)
    /// A reference, as made by `make_ref/0`, monitors and aliases.
    indirect case reference(Reference)
    /// `fun module:function/arity`
    indirect case export(Export)
    /// A closure: opaque here, kept so that it can be sent back.
    indirect case function(Function)
}

extension Term: Hashable {
    /// Exact equality, Erlang's `=:=`.
    public static func == (left: Term, right: Term) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a == b
        case (.bigInteger(let a), .bigInteger(let b)): a == b
        case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern
        case (.atom(let a), .atom(let b)): a == b
        case (.tuple(let a), .tuple(let b)), (.list(let a), .list(let b)): a == b
        case (.improperList(let a, let x), .improperList(let b, let y)): a == b && x == y
        case (.map(let a), .map(let b)): a == b
        case (.binary(let a), .binary(let b)): a == b
        default: sameIdentity(left, right)
        }
    }

    private static func sameIdentity(_ left: Term, _ right: Term) -> Bool {
        switch (left, right) {
        case (.bitstring(let a), .bitstring(let b)): a == b
        case (.pid(let a), .pid(let b)): a == b
        case (.port(let a), .port(let b)): a == b
        case (.reference(let a), .reference(let b)): a == b
        case (.export(let a), .export(let b)): a == b
        case (.function(let a), .function(let b)): a == b
        default: false
        }
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .integer(let value): hasher.combine(value)
        case .bigInteger(let value): hasher.combine(value)
        case .float(let value): hasher.combine(value.bitPattern)
        case .atom(let value): hasher.combine(value)
        case .tuple(let items): hasher.combine(items)
        case .list(let items): hasher.combine(items)
        case .improperList(let items, let tail):
            hasher.combine(items)
            hasher.combine(tail)
        case .map(let pairs): hasher.combine(pairs)
        case .binary(let bytes): hasher.combine(bytes)
        case .bitstring(let bits): hasher.combine(bits)
        case .pid(let pid): hasher.combine(pid)
        case .port(let port): hasher.combine(port)
        case .reference(let reference): hasher.combine(reference)
        case .export(let export): hasher.combine(export)
        case .function(let function): hasher.combine(function)
        }
    }
}
