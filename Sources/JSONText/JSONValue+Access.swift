extension JSONValue {
    /// The member of an object; nil where there is none.
    public subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The member of an object within objects; nil where there is none, or it is null.
    public func at(_ keys: String...) -> JSONValue? {
        var value = self
        for key in keys {
            guard let member = value[key] else { return nil }
            value = member
        }
        return value == .null ? nil : value
    }

    /// The text of a string.
    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A number without a fraction.
    public var integer: Int? {
        if case .number(let number) = self { Int(exactly: number) } else { nil }
    }

    /// Whether it is `true`.
    public var isTrue: Bool { self == .bool(true) }

    /// The elements of an array; none of what is no array.
    public var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The members of an object that are strings.
    public var texts: [String: String]? {
        if case .object(let members) = self { members.compactMapValues(\.text) } else { nil }
    }
}
