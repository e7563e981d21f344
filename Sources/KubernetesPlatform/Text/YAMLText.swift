public import JSONText

/// JSON values as YAML, in a form that every reader of YAML 1.1 and 1.2 takes for the same: what could be taken for anything but a text
/// stands in quotes.
public enum YAMLText {
    /// Keys that come first in an object, in this order; the others follow in alphabetical order.
    private static let first = ["apiVersion", "kind", "metadata", "name", "namespace"]
    /// Words that some readers take for truth values or for nothing.
    private static let words: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

    /// Several documents, each after a line of `---`.
    public static func text(of documents: [JSONValue]) -> String {
        documents.map { "---\n" + text(of: $0) }.joined()
    }

    /// One document, with a line end at its end.
    public static func text(of value: JSONValue) -> String {
        var text = ""
        write(value, indent: 0, isInline: false, into: &text)
        return text
    }

    private static func write(_ value: JSONValue, indent: Int, isInline: Bool, into text: inout String) {
        switch value {
        case .object(let members) where !members.isEmpty: write(members, indent: indent, isInline: isInline, into: &text)
        case .array(let elements) where !elements.isEmpty:
            for element in elements {
                text += margin(indent) + (element.isArray ? "-\n" : "- ")
                write(element, indent: indent + 2, isInline: true, into: &text)
            }
        default: text += scalar(value) + "\n"
        }
    }

    /// - Parameter isInline: Whether the first key stands on the line that is begun already.
    private static func write(_ members: [String: JSONValue], indent: Int, isInline: Bool, into text: inout String) {
        for (index, (key, value)) in sorted(members).enumerated() {
            text += (isInline && index == 0 ? "" : margin(indent)) + quotedIfNeeded(key) + ":"
            switch value {
            case .object(let inner) where !inner.isEmpty:
                text += "\n"
                write(value, indent: indent + 2, isInline: false, into: &text)
            case .array(let elements) where !elements.isEmpty:
                text += "\n"
                write(value, indent: indent, isInline: false, into: &text)
            default: text += " " + scalar(value) + "\n"
            }
        }
    }

    private static func sorted(_ members: [String: JSONValue]) -> [(String, JSONValue)] {
        members.map { ($0.key, $0.value) }.sorted { left, right in
            let places = [left.0, right.0].map { first.firstIndex(of: $0) ?? first.count }
            return places[0] == places[1] ? left.0 < right.0 : places[0] < places[1]
        }
    }

    private static func margin(_ indent: Int) -> String { String(repeating: " ", count: indent) }

    private static func scalar(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): quotedIfNeeded(text)
        default: String(decoding: value.bytes, as: UTF8.self)
        }
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        guard let begin = text.utf8.first, isLetter(begin) || begin == UInt8(ascii: "/"), text.utf8.last != UInt8(ascii: ":"),
            text.utf8.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || "-_./:@+".utf8.contains($0) }),
            !words.contains(text.lowercased())
        else { return quoted(text) }
        return text
    }

    private static func isLetter(_ octet: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20) }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: quoted += "\\\(scalar)"
            case 0x0A: quoted += "\\n"
            case 0x20...0x7E: quoted.unicodeScalars.append(scalar)
            // Letters of other scripts stand as they are; what readers of YAML 1.1 take for line ends or refuse does not.
            case 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: quoted.unicodeScalars.append(scalar)
            case 0...0xFFFF: quoted += "\\u" + hexadecimal(scalar.value, digits: 4)
            default: quoted += "\\U" + hexadecimal(scalar.value, digits: 8)
            }
        }
        return quoted + "\""
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension JSONValue {
    /// Whether it is an array with something in it, which stands on lines of its own.
    fileprivate var isArray: Bool {
        if case .array(let elements) = self { !elements.isEmpty } else { false }
    }
}
