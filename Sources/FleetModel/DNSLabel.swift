/// What a name must be so that it can stand in a DNS name, a file name and a Kubernetes object (RFC 1123, section 2.1).
public enum DNSLabel {
    /// The longest name that leaves room for `-<process>-<revision>-<suffix>` within 63 octets.
    public static let longestAppName = 40

    /// Why a text is no name, or nil when it is one: lower-case letters, digits and `-`, a letter first, no `-` last.
    public static func problem(with text: String, longest: Int = longestAppName) -> String? {
        guard let first = text.utf8.first, let last = text.utf8.last else { return "is empty" }
        if text.utf8.count > longest { return "is longer than \(longest) characters" }
        if !isLetter(first) { return "does not begin with a lower-case letter" }
        if last == UInt8(ascii: "-") { return "ends with '-'" }
        let isFine = text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
        return isFine ? nil : "has characters other than a-z, 0-9 and '-'"
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
