/// Numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    /// SplitMix64 (Steele, Lea, Flood 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A text of any characters but NUL, with many of those that mean something in a configuration file.
    mutating func value(longest: Int, allowing: (Unicode.Scalar) -> Bool = { _ in true }) -> String {
        let marked = Array("\"'\\$}{#%~<>[](),.-+\n\r\t \u{1}\u{7F}\u{80}\u{FF}x{41}é☺&0".unicodeScalars)
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...longest, using: &self) {
            let scalar: Unicode.Scalar? =
                switch Int.random(in: 0..<4, using: &self) {
                case 0: Unicode.Scalar(UInt32.random(in: 1...0x10FFFF, using: &self))
                case 1: Unicode.Scalar(UInt8.random(in: 1...0x7E, using: &self))
                default: marked.randomElement(using: &self)
                }
            if let scalar, allowing(scalar) { text.append(scalar) }
        }
        return String(text)
    }
}

/// What Erlang takes nowhere but in the bytes of a binary.
func isNonCharacter(_ scalar: Unicode.Scalar) -> Bool { scalar.value == 0xFFFE || scalar.value == 0xFFFF }

/// UTF-8, in hexadecimal digits.
func hexadecimal(_ text: String) -> String {
    text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
