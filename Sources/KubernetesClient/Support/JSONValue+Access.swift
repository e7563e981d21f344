import JSONText

extension JSONValue {
    /// The member of an object, or of an object within it; nil where there is none.
    subscript(keys: String...) -> JSONValue? {
        var value = self
        for key in keys {
            guard case .object(let members) = value, let member = members[key] else { return nil }
            value = member
        }
        return value == .null ? nil : value
    }

    /// The text of a string.
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements of an array.
    var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// A number without a fraction.
    var integer: Int? {
        if case .number(let number) = self { Int(exactly: number) } else { nil }
    }

    /// Texts of an array; what is no text is left out.
    var texts: [String] { elements?.compactMap(\.text) ?? [] }
}
