import Crypto
import JSONText

/// Names things by what is in them.
enum ContentHash {
    /// Hexadecimal digits in a name.
    private static let length = 10

    /// The digits for a value.
    static func of(_ value: JSONValue) -> String { digits(SHA256.hash(data: value.bytes)) }

    /// The digits for a value that must not be guessed from them.
    static func of(_ value: JSONValue, key: String) -> String {
        digits(HMAC<SHA256>.authenticationCode(for: value.bytes, using: SymmetricKey(data: Array(key.utf8))))
    }

    private static func digits(_ octets: some Sequence<UInt8>) -> String {
        let text = octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return String(text.prefix(length))
    }
}
