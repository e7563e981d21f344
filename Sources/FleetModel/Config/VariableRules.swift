/// What holds for every environment variable, whoever gives it. No text here holds a value: it may be a secret.
public enum VariableRules {
    /// Bytes of the longest name.
    public static let longestName = 256
    /// Bytes of the longest value. Linux refuses a program whose environment holds a string of more than 128 KiB
    /// (`MAX_ARG_STRLEN`, execve(2)), name and `=` included.
    public static let longestValue = 120 << 10

    /// Why a text is no variable's name, for `the variable 'x' …`; nil when it is one (POSIX.1, Base Definitions, 8.1).
    public static func problem(withName name: String) -> String? {
        if name.isEmpty { return "is empty" }
        if name.utf8.count > longestName { return "is longer than \(longestName) bytes" }
        let isWord = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        let startsWithDigit = name.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        return isWord && !startsWithDigit ? nil : "is no name of a variable: letters, digits and _ make one, no digit first"
    }

    /// Why a text cannot be a variable's value, for `the variable X …`; nil when it can.
    public static func problem(withValue value: String) -> String? {
        if value.utf8.contains(0) { return "has a zero byte in its value" }
        if value.utf8.count > longestValue {
            return "has a value of more than \(longestValue >> 10) KiB, which Linux takes for no program"
        }
        return nil
    }
}
