/// Base64 with padding, as `Base.encode64/1` writes it (RFC 4648, section 4).
enum Base64 {
    /// The UTF-8 text; nil for everything that is not exactly one.
    static func text(_ encoded: String) -> String? {
        let codes = Array(encoded.utf8)
        let padding = codes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard codes.count % 4 == 0, padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(codes.count / 4 * 3)
        var (bits, count) = (UInt32(0), 0)
        for code in codes.dropLast(padding) {
            guard let value = value(of: code) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(of code: UInt8) -> UInt32? {
        switch code {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(code - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(code - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(code - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
