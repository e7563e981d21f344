extension Term {
    /// The number, when it is a whole one of 64 bits.
    public var int: Int? {
        guard case .integer(let value) = self else { return nil }
        return Int(exactly: value)
    }

    /// The number, when it is a float.
    public var double: Double? {
        guard case .float(let value) = self else { return nil }
        return value
    }

    /// The atom, when it is one.
    public var atom: Atom? {
        guard case .atom(let atom) = self else { return nil }
        return atom
    }

    /// `true` or `false`, when it is one of these atoms.
    public var bool: Bool? {
        switch atom {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// The elements, when it is a tuple.
    public var tuple: [Term]? {
        guard case .tuple(let items) = self else { return nil }
        return items
    }

    /// The elements, when it is a proper list.
    public var list: [Term]? {
        guard case .list(let items) = self else { return nil }
        return items
    }

    /// What stands under `key` in a map, or in a list of `{Key, Value}` (as `proplists:get_value/2`: the first that is
    /// found, and `true` for a bare `Key`); `nil` when nothing does, or when it is neither.
    public subscript(_ key: Atom) -> Term? {
        switch self {
        case .map(let pairs): return pairs[.atom(key)]
        case .list(let items):
            for item in items {
                if case .atom(key) = item { return .atom("true") }
                if case .tuple(let pair) = item, pair.count == 2, case .atom(key) = pair[0] { return pair[1] }
            }
            return nil
        default: return nil
        }
    }
}

extension Term: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral {
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A float.
    public init(floatLiteral value: Double) { self = .float(value) }
    /// The atom `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .atom(value ? "true" : "false") }
    /// A proper list.
    public init(arrayLiteral elements: Term...) { self = .list(elements) }
}
