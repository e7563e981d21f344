/// A domain name (RFC 1035, section 3.1): labels of 1 to 63 octets, at most 255 octets on the wire.
///
/// A name keeps the case it was written with and compares without it, for ASCII letters only (RFC 4343).
public struct Name: Sendable {
    /// The uncompressed wire form: each label behind its length, then a zero octet; 1 to 255 octets.
    public let wire: [UInt8]

    /// The root: no labels.
    public static let root = Name(uncheckedWire: [0])

    /// The longest wire form, in octets, its final zero included.
    public static let maximumLength = 255
    /// The longest label, in octets.
    public static let maximumLabelLength = 63

    init(uncheckedWire wire: [UInt8]) {
        self.wire = wire
    }

    /// Labels that the caller knows to fit.
    init(trustedLabels labels: [[UInt8]]) {
        wire = labels.flatMap { [UInt8($0.count)] + $0 } + [0]
    }

    /// A name of these labels, the leftmost first.
    ///
    /// - Throws: ``NameError`` when a label is empty or over 63 octets, or the whole over 255.
    public init(labels: [[UInt8]]) throws(NameError) {
        var wire: [UInt8] = []
        for label in labels {
            guard !label.isEmpty else { throw NameError.emptyLabel }
            guard label.count <= Self.maximumLabelLength else { throw NameError.labelTooLong(octets: label.count) }
            wire.append(UInt8(label.count))
            wire += label
        }
        wire.append(0)
        guard wire.count <= Self.maximumLength else { throw NameError.nameTooLong(octets: wire.count) }
        self.wire = wire
    }

    /// Reads the text form of RFC 1035, section 5.1: labels between dots, an optional dot at the end, `\.` and `\\` for
    /// the characters themselves and `\DDD` for an octet by its decimal number. `.` and the empty text are the root.
    ///
    /// - Throws: ``NameError``.
    public init(_ text: some StringProtocol) throws(NameError) {
        try self.init(labels: Self.labels(of: text))
    }

    /// The labels, the leftmost first.
    public var labels: [[UInt8]] {
        var labels: [[UInt8]] = []
        var position = 0
        while wire[position] != 0 {
            let end = position + 1 + Int(wire[position])
            labels.append(Array(wire[position + 1..<end]))
            position = end
        }
        return labels
    }

    /// This name below `suffix`.
    ///
    /// - Throws: ``NameError/nameTooLong(octets:)`` when they do not fit together.
    public func appending(_ suffix: Name) throws(NameError) -> Name {
        let joined = wire.dropLast() + suffix.wire
        guard joined.count <= Self.maximumLength else { throw NameError.nameTooLong(octets: joined.count) }
        return Name(uncheckedWire: Array(joined))
    }

    /// The name with ASCII letters in lower case.
    public var lowercased: Name {
        Name(uncheckedWire: wire.map(Self.lowercase))
    }

    /// The name without its leftmost label; `nil` for the root.
    public var parent: Name? {
        wire[0] == 0 ? nil : Name(uncheckedWire: Array(wire[(1 + Int(wire[0]))...]))
    }

    /// Whether the name is `other` or below it.
    public func isSubdomain(of other: Name) -> Bool {
        var position = 0
        while wire.count - position > other.wire.count {
            position += 1 + Int(wire[position])
        }
        return wire[position...].elementsEqual(other.wire) { Self.lowercase($0) == Self.lowercase($1) }
    }

    /// An ASCII capital letter as its small one, any other octet as it is. Label lengths (0 to 63) are no letters, so
    /// that it may be used over a whole wire form.
    @inlinable
    public static func lowercase(_ octet: UInt8) -> UInt8 {
        octet &- 65 < 26 ? octet | 32 : octet
    }
}

extension Name: Hashable {
    /// Equal but for the case of ASCII letters (RFC 4343).
    public static func == (first: Name, second: Name) -> Bool {
        first.wire == second.wire
            || first.wire.count == second.wire.count
                && first.wire.elementsEqual(second.wire) { lowercase($0) == lowercase($1) }
    }

    /// Hashes the name without its case, eight octets at a time.
    public func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        for (index, octet) in wire.enumerated() {
            word = word << 8 | UInt64(Self.lowercase(octet))
            if index & 7 == 7 { hasher.combine(word) }
        }
        hasher.combine(word)
        hasher.combine(wire.count)
    }
}
