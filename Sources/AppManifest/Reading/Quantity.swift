/// Kubernetes' quantities: a decimal number and a suffix (`k8s.io/apimachinery/pkg/api/resource`), without exponents.
enum Quantity {
    /// The suffixes of bytes with what they multiply by.
    private static let bytes: [(suffix: String, factor: Int)] = [
        ("", 1), ("k", 1000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000),
        ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40),
    ]

    /// Thousandths, from a text such as `0.5`, `2` or `500m`; nil when it is none, or finer than a thousandth.
    static func millis(_ text: String) -> Int? {
        let isMillis = text.hasSuffix("m")
        guard let number = Decimal(isMillis ? String(text.dropLast()) : text) else { return nil }
        let (value, rest) = (Int128(number.digits) * (isMillis ? 1 : 1000)).quotientAndRemainder(dividingBy: number.scale)
        return rest == 0 ? Int(clamping: value) : nil
    }

    /// Bytes, from a text such as `512Mi`, `1.5Gi` or `500M`, rounded up; nil when it is none.
    static func bytes(_ text: String) -> Int? {
        let suffix = suffix(of: text)
        guard let factor = bytes.first(where: { $0.suffix == suffix })?.factor,
            let number = Decimal(String(text.dropLast(suffix.count)))
        else { return nil }
        return Int(clamping: (Int128(number.digits) * Int128(factor) + number.scale - 1) / number.scale)
    }

    /// What was probably meant by a suffix that there is not.
    static func meant(by text: String) -> String? {
        let suffix = suffix(of: text)
        let letters = suffix.lowercased()
        let known: String? =
            switch letters {
            case "m" where suffix == "m", "mi", "mib": "Mi"
            case "b": ""
            case "k", "kb": "k"
            case "mb": "M"
            case "g", "gb": "G"
            case "t", "tb": "T"
            case "ki", "kib": "Ki"
            case "gi", "gib": "Gi"
            case "ti", "tib": "Ti"
            default: nil
            }
        guard let known, known != suffix else { return nil }
        let number = String(text.dropLast(suffix.count))
        return Decimal(number) == nil ? nil : number + known
    }

    private static func suffix(of text: String) -> String {
        String(text.reversed().prefix { $0.isASCII && $0.isLetter }.reversed())
    }

    /// Digits with one point at most, kept without rounding.
    private struct Decimal {
        var digits: Int
        /// What `digits` must be divided by: a power of ten.
        var scale: Int128

        init?(_ text: String) {
            let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let whole = parts.first, !whole.isEmpty, text.utf8.count <= 18,
                parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
                let digits = Int(parts.joined(separator: ""))
            else { return nil }
            self.digits = digits
            scale = (0..<(parts.count == 2 ? parts[1].count : 0)).reduce(1) { power, _ in power * 10 }
        }
    }
}
