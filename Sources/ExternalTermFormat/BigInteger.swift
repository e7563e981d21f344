/// A whole number outside of `Int64`, as sign and magnitude.
///
/// Only numbers that really need it can be made, so that every number has one form: see ``Term/integer(isNegative:magnitude:)``.
public struct BigInteger: Hashable, Sendable {
    /// Whether the number is below zero.
    public let isNegative: Bool
    /// The absolute value, least significant byte first, without leading (that is: last) zero bytes.
    public let magnitude: [UInt8]

    /// Makes a number from its parts, or `nil` when it fits `Int64`.
    public init?(isNegative: Bool, magnitude: [UInt8]) {
        let significant = magnitude.trimmingHighZeros()
        guard Int64(isNegative: isNegative, magnitude: significant) == nil else { return nil }
        self.isNegative = isNegative
        self.magnitude = Array(significant)
    }
}

extension Term {
    /// A whole number of any size: `.integer` where 64 bits hold it, else `.bigInteger`.
    ///
    /// - Parameters:
    ///   - isNegative: whether the number is below zero.
    ///   - magnitude: the absolute value, least significant byte first.
    public static func integer(isNegative: Bool, magnitude: [UInt8]) -> Term {
        if let big = BigInteger(isNegative: isNegative, magnitude: magnitude) {
            return .bigInteger(big)
        }
        return .integer(Int64(isNegative: isNegative, magnitude: magnitude.trimmingHighZeros()) ?? 0)
    }
}

extension Int64 {
    /// The number with this sign and magnitude, or `nil` when 64 bits do not hold it.
    fileprivate init?(isNegative: Bool, magnitude: ArraySlice<UInt8>) {
        guard magnitude.count <= 8 else { return nil }
        let absolute = magnitude.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let limit = isNegative ? Int64.min.magnitude : Int64.max.magnitude
        guard absolute <= limit else { return nil }
        self = isNegative ? Int64(truncatingIfNeeded: 0 &- absolute) : Int64(absolute)
    }
}

extension [UInt8] {
    fileprivate func trimmingHighZeros() -> ArraySlice<UInt8> {
        self[..<(lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0)]
    }
}

extension BigInteger: CustomStringConvertible {
    /// Decimal digits; above 1,024 bytes hexadecimal in Erlang's notation (`16#…`), since decimal is quadratic work.
    public var description: String {
        (isNegative ? "-" : "") + (magnitude.count > 1_024 ? hexadecimal : decimal)
    }

    private var hexadecimal: String {
        var digits = "16#"
        for (position, byte) in magnitude.reversed().enumerated() {
            let pair = String(byte, radix: 16, uppercase: true)
            digits += (position > 0 && pair.count == 1 ? "0" : "") + pair
        }
        return digits
    }

    private var decimal: String {
        var number = magnitude
        var groups: [String] = []
        while !number.isEmpty {
            var remainder: UInt64 = 0
            for position in number.indices.reversed() {
                let value = remainder << 8 | UInt64(number[position])
                number[position] = UInt8(value / 1_000_000_000)
                remainder = value % 1_000_000_000
            }
            while number.last == 0 { number.removeLast() }
            let digits = String(remainder)
            groups.append(number.isEmpty ? digits : String(repeating: "0", count: 9 - digits.count) + digits)
        }
        return groups.reversed().joined()
    }
}
