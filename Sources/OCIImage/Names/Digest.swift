public import Crypto

/// A content digest: `sha256:` and 64 lower-case hexadecimal digits (OCI image specification, "Digests"). Other algorithms that the
/// specification registers are not taken: no registry in use gives them out.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    /// The 64 digits.
    public let hexadecimal: String

    /// Reads one; nil for anything else.
    public init?(_ text: String) {
        let mark = "sha256:"
        guard text.hasPrefix(mark) else { return nil }
        self.init(hexadecimal: String(text.dropFirst(mark.count)))
    }

    /// From the digits alone; nil when they are not 64 of them.
    public init?(hexadecimal: String) {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
        guard hexadecimal.utf8.count == 64, hexadecimal.utf8.allSatisfy(isDigit) else { return nil }
        self.hexadecimal = hexadecimal
    }

    /// What a finished hash says.
    public init(_ hash: SHA256.Digest) {
        let digits = Array("0123456789abcdef".utf8)
        hexadecimal = String(decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The digest of bytes.
    public static func of(_ bytes: [UInt8]) -> Digest { Digest(SHA256.hash(data: bytes)) }

    /// As it stands in descriptors.
    public var description: String { "sha256:\(hexadecimal)" }

    /// The first twelve digits, for people.
    public var short: String { String(hexadecimal.prefix(12)) }
}

extension Digest: Codable {
    /// Reads the text form; throws `DecodingError` for another.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = Digest(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text.prefix(80))' is no sha256 digest"))
        }
        self = digest
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
