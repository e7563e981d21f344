/// The bits of a binary that is being written segment by segment (Erlang reference manual, "Bit Syntax Expressions").
struct BitString {
    /// How a value is to be written.
    struct Segment {
        var size: Int?
        var types: [String] = []
    }

    private var storage: [UInt8] = []
    private(set) var count = 0

    /// How many bits one segment may have.
    static let longestSegment = 4096

    /// The bytes; nil when the bits make no whole number of them.
    var bytes: [UInt8]? { count % 8 == 0 ? storage : nil }

    /// Appends a value; says what is wrong with it, or nil.
    mutating func append(_ value: ErlangTerm, _ segment: Segment) -> String? {
        let known: Set<String> = ["integer", "float", "utf8", "utf16", "utf32", "little", "big", "signed", "unsigned"]
        if let other = segment.types.first(where: { !known.contains($0) }) { return "the type \(other)" }
        switch value {
        case .string(let text): return append(text, segment)
        case .integer(let number): return append(number, segment)
        case .float(let number):
            append(UInt64(number.bitPattern), bits: 64, isLittle: segment.types.contains("little"))
            return segment.size.map { $0 == 64 } ?? true ? nil : "a float of \(segment.size ?? 0) bits"
        default: return "a segment that is neither a number nor a string"
        }
    }

    private mutating func append(_ text: String, _ segment: Segment) -> String? {
        if segment.types.contains("utf8") {
            for byte in text.utf8 { append(UInt64(byte), bits: 8, isLittle: false) }
            return nil
        }
        for scalar in text.unicodeScalars {
            if let problem = append(Int(scalar.value), segment) { return problem }
        }
        return nil
    }

    private mutating func append(_ number: Int, _ segment: Segment) -> String? {
        if segment.types.contains(where: { $0.hasPrefix("utf") }) { return append(code: number, segment) }
        let size = segment.size ?? 8
        guard (0...Self.longestSegment).contains(size) else { return "a segment of \(size) bits" }
        let isLittle = segment.types.contains("little")
        if isLittle, size % 8 != 0 { return "a little-endian segment of \(size) bits" }
        append(UInt64(bitPattern: Int64(number)), bits: size, isLittle: isLittle, fill: number < 0 ? 1 : 0)
        return nil
    }

    private mutating func append(code: Int, _ segment: Segment) -> String? {
        guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else { return "\(code) is no code point" }
        let isLittle = segment.types.contains("little")
        if segment.types.contains("utf32") {
            append(UInt64(scalar.value), bits: 32, isLittle: isLittle)
        } else if segment.types.contains("utf16") {
            for unit in String(scalar).utf16 { append(UInt64(unit), bits: 16, isLittle: isLittle) }
        } else {
            for byte in String(scalar).utf8 { append(UInt64(byte), bits: 8, isLittle: false) }
        }
        return nil
    }

    /// The lowest bits of a number; what goes beyond its 64 is filled with its sign.
    private mutating func append(_ number: UInt64, bits: Int, isLittle: Bool, fill: UInt8 = 0) {
        let bit = { (place: Int) -> UInt8 in place < 64 ? UInt8((number >> UInt64(place)) & 1) : fill }
        if isLittle {
            for byte in 0..<bits / 8 {
                for place in (0..<8).reversed() { push(bit(byte * 8 + place)) }
            }
        } else {
            for place in (0..<bits).reversed() { push(bit(place)) }
        }
    }

    private mutating func push(_ bit: UInt8) {
        if count % 8 == 0 { storage.append(0) }
        storage[storage.count - 1] |= bit << UInt8(7 - count % 8)
        count += 1
    }
}
