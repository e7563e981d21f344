/// Takes the field lines of a head apart (RFC 9112, 5), strictly: what two servers might read differently is refused.
struct FieldScanner {
    /// The status of its refusals.
    let status: Int
    let mostFields: Int

    /// Scans the lines between two offsets, of which the last is the empty line's; tells each field as it is found.
    func scan(
        _ bytes: OctetPointer, from start: Int, to end: Int,
        _ found: (KnownField, HeaderField) throws(HTTPProblem) -> Void
    ) throws(HTTPProblem) {
        var position = start
        var count = 0
        while position < end {
            count += 1
            guard count <= mostFields else { throw HTTPProblem(status == 400 ? 431 : status, "more than \(mostFields) fields") }
            let field = try field(bytes, at: position, end)
            let known = KnownField(bytes, field.name)
            var told = field
            told.role = known.role
            try found(known, told)
            position = Int(field.line.end)
        }
    }

    /// The field whose line begins here.
    private func field(_ bytes: OctetPointer, at start: Int, _ end: Int) throws(HTTPProblem) -> HeaderField {
        guard let nameEnd = Self.end(of: Octets.token, bytes, from: start, to: end), nameEnd > start else {
            let isFolded = bytes[start] == Octets.space || bytes[start] == Octets.tab
            throw HTTPProblem(status, isFolded ? "a folded field line" : "a field without a name")
        }
        guard bytes[nameEnd] == UInt8(ascii: ":") else {
            let isBlank = bytes[nameEnd] == Octets.space || bytes[nameEnd] == Octets.tab
            throw HTTPProblem(status, isBlank ? "a space before a colon" : "a field name with a character that it cannot have")
        }
        guard let valueEnd = Self.end(of: Octets.value, bytes, from: nameEnd + 1, to: end),
            bytes[valueEnd] == Octets.carriageReturn, valueEnd + 1 < end, bytes[valueEnd + 1] == Octets.lineFeed
        else { throw HTTPProblem(status, "a control character in a field") }
        return HeaderField(
            name: OctetRange(UInt16(start), UInt16(nameEnd)),
            value: bytes.trimmed(OctetRange(UInt16(nameEnd + 1), UInt16(valueEnd))),
            line: OctetRange(UInt16(start), UInt16(valueEnd + 2)), role: .endToEnd)
    }

    /// The first octet from here on that is not of a class; nil when all are.
    private static func end(of wanted: UInt8, _ bytes: OctetPointer, from start: Int, to end: Int) -> Int? {
        Octets.classes.withUnsafeBufferPointer { classes in
            var index = start
            while index < end {
                if classes[Int(bytes[index])] & wanted == 0 { return index }
                index += 1
            }
            return nil
        }
    }
}
