/// Tells one request from every other: sent twice, because nobody knows whether it arrived, it is done once.
public enum RequestID {
    /// A new one: 128 random bits, in letters and digits.
    public static func fresh() -> String {
        String(UInt64.random(in: 0...UInt64.max), radix: 36) + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    }
}
