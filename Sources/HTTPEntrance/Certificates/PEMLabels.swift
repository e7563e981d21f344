/// What is in a PEM file, by the labels of its blocks (RFC 7468, 2); their content is for others to read.
struct PEMLabels {
    /// The labels in order, such as `CERTIFICATE` or `EC PRIVATE KEY`.
    let all: [String]
    /// Whether the header of an old form says that a block wants a passphrase (RFC 1421, 4.6.1.1).
    let hasEncryptedHeader: Bool

    /// Looks through the lines of a file.
    init(_ octets: [UInt8]) {
        var all: [String] = []
        var hasEncryptedHeader = false
        for line in octets.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            if line.starts(with: Self.begin) {
                let label = line.dropFirst(Self.begin.count).prefix { $0 != UInt8(ascii: "-") }
                all.append(String(decoding: label, as: UTF8.self))
            } else if line.starts(with: Self.encrypted) {
                hasEncryptedHeader = true
            }
        }
        self.all = all
        self.hasEncryptedHeader = hasEncryptedHeader
    }

    private static let begin = Array("-----BEGIN ".utf8)
    private static let encrypted = Array("Proc-Type: 4,ENCRYPTED".utf8)

    /// Whether there is a block of any kind.
    var isPEM: Bool { !all.isEmpty }
    /// Whether there is a certificate.
    var hasCertificate: Bool { all.contains { $0.hasSuffix("CERTIFICATE") } }
    /// Whether there is a private key, readable or not.
    var hasKey: Bool { all.contains { $0.hasSuffix("PRIVATE KEY") } }
    /// Whether it wants a passphrase.
    var hasEncryptedKey: Bool { hasEncryptedHeader || all.contains("ENCRYPTED PRIVATE KEY") }
    /// The labels for people; a file may have any in any number.
    var text: String { all.prefix(3).map { String($0.prefix(40)) }.joined(separator: ", ") }
}
