/// A certificate for HTTPS and its key: files that the entrance reads when it is told of them.
public struct CertificateFiles: Hashable, Sendable {
    /// The path of the certificate in PEM, and after it in the same file those that lead to its issuer.
    public var certificate: String
    /// The path of its private key in PEM.
    public var key: String
    /// Another one whenever the content of the files is another: with the same the files are not read again.
    public var digest: String

    /// A certificate.
    public init(certificate: String, key: String, digest: String) {
        self.certificate = certificate
        self.key = key
        self.digest = digest
    }
}
