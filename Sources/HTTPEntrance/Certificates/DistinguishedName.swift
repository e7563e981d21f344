/// The name of whom a certificate is for, or of who issued it (RFC 5280, 4.1.2.4).
enum DistinguishedName {
    /// The attributes that are read.
    enum Attribute {
        static let commonName: [UInt8] = [0x55, 0x04, 0x03]
        static let organization: [UInt8] = [0x55, 0x04, 0x0A]
    }

    /// A short text for people: the common name and the organization, as far as there are such.
    static func text(_ name: ArraySlice<UInt8>) -> String {
        var parts: [String] = []
        for attribute in [Attribute.commonName, Attribute.organization] {
            if let value = value(of: attribute, in: name), !value.isEmpty, !parts.contains(value) { parts.append(value) }
        }
        return parts.isEmpty ? "unknown" : parts.joined(separator: ", ")
    }

    /// The last value of an attribute, which is the most particular; nil when there is none.
    static func value(of attribute: [UInt8], in name: ArraySlice<UInt8>) -> String? {
        var found: String?
        var sets = DERReader(name)
        while let set = try? sets.next(DERReader.Tag.set) {
            var pairs = DERReader(set)
            while let pair = try? pairs.next(DERReader.Tag.sequence) {
                var reader = DERReader(pair)
                guard let identifier = try? reader.next(DERReader.Tag.identifier), identifier.elementsEqual(attribute),
                    let value = try? reader.next()
                else { continue }
                found = printable(value)
            }
        }
        return found
    }

    /// A text whose octets stand for characters by its tag. It is shown on terminals: what is no character there is left out.
    private static func printable(_ value: DERReader.Element) -> String {
        let octets = Array(value.content)
        let text: String
        switch value.tag {
        case 0x1E:  // BMPString: 16 bits for each.
            let units = stride(from: 0, to: octets.count - 1, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
            text = String(decoding: units, as: UTF16.self)
        case 0x14:  // TeletexString: Latin-1 in practice.
            text = String(String.UnicodeScalarView(octets.map { Unicode.Scalar($0) }))
        default: text = String(decoding: octets, as: UTF8.self)
        }
        let kept = text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
            default: true
            }
        }
        return String(String(String.UnicodeScalarView(kept)).prefix(100))
    }
}
