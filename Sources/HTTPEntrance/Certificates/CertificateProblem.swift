/// Why a certificate and its key cannot be used.
package struct CertificateProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of problem it is.
    package struct Code: Hashable, Sendable {
        /// A stable word.
        package let name: String

        /// A file cannot be read.
        package static let unreadable = Code(name: "unreadable")
        /// A file is larger than any certificate.
        package static let tooLarge = Code(name: "too_large")
        /// A file is no PEM.
        package static let notPEM = Code(name: "not_pem")
        /// There is PEM, but no certificate.
        package static let noCertificate = Code(name: "no_certificate")
        /// What should be a certificate is none, or is none for a server.
        package static let badCertificate = Code(name: "bad_certificate")
        /// There is PEM, but no private key.
        package static let noKey = Code(name: "no_key")
        /// The key wants a passphrase.
        package static let encryptedKey = Code(name: "encrypted_key")
        /// What should be a private key is none that is known.
        package static let badKey = Code(name: "bad_key")
        /// The key belongs to another certificate.
        package static let foreignKey = Code(name: "foreign_key")
        /// The server's own certificate does not come first.
        package static let leafNotFirst = Code(name: "leaf_not_first")
        /// The certificate is for no host.
        package static let noNames = Code(name: "no_names")
    }

    /// What kind of problem it is.
    package let code: Code
    /// One line of what is wrong.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
