extension Name: CustomStringConvertible {
    /// The text without the final dot (the root is `.`); dots, backslashes and octets that do not print are escaped.
    public var description: String {
        let labels = labels
        return labels.isEmpty ? "." : labels.map(Self.text).joined(separator: ".")
    }

    private static func text(_ label: [UInt8]) -> String {
        var text = ""
        for octet in label {
            switch octet {
            case UInt8(ascii: "."), UInt8(ascii: "\\"):
                text += "\\" + String(UnicodeScalar(octet))
            case 0x21...0x7E:
                text.unicodeScalars.append(UnicodeScalar(octet))
            default:
                let digits = String(octet)
                text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
        return text
    }

    static func labels(of text: some StringProtocol) throws(NameError) -> [[UInt8]] {
        if text == "." { return [] }
        var labels: [[UInt8]] = []
        var label: [UInt8] = []
        var octets = text.utf8.makeIterator()
        var endsWithDot = true
        while let octet = octets.next() {
            endsWithDot = octet == UInt8(ascii: ".")
            if endsWithDot {
                labels.append(label)
                label = []
            } else if octet == UInt8(ascii: "\\") {
                label.append(try escaped(&octets))
            } else {
                label.append(octet)
            }
        }
        return endsWithDot ? labels : labels + [label]
    }

    /// The octet behind a backslash.
    private static func escaped(_ octets: inout some IteratorProtocol<UInt8>) throws(NameError) -> UInt8 {
        guard let first = octets.next() else { throw NameError.badEscape }
        guard let hundreds = digit(first) else { return first }
        guard let tens = octets.next().flatMap(digit), let ones = octets.next().flatMap(digit),
            let octet = UInt8(exactly: hundreds * 100 + tens * 10 + ones)
        else { throw NameError.badEscape }
        return octet
    }

    private static func digit(_ octet: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) ? Int(octet) - 48 : nil
    }
}

/// Why labels or text are no domain name (RFC 1035, sections 2.3.4 and 5.1).
public enum NameError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Two dots with nothing between them, or a dot at the start.
    case emptyLabel
    /// A label of more than 63 octets.
    case labelTooLong(octets: Int)
    /// A wire form of more than 255 octets.
    case nameTooLong(octets: Int)
    /// A backslash at the end, or before digits that are no octet.
    case badEscape

    /// One line of what is wrong.
    public var description: String {
        switch self {
        case .emptyLabel: "empty label"
        case .labelTooLong(let octets): "label of \(octets) octets, 63 are allowed"
        case .nameTooLong(let octets): "name of \(octets) octets, 255 are allowed"
        case .badEscape: "backslash without a character or a number of 000 to 255"
        }
    }
}
