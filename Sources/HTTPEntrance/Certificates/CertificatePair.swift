internal import NIOSSL

/// A chain of certificates and the key of its first: what a server shows and proves.
struct CertificatePair: Sendable {
    let chain: CertificateChain
    let key: NIOSSLPrivateKey

    /// Reads both from PEM.
    init(certificatePEM: [UInt8], keyPEM: [UInt8]) throws(CertificateProblem) {
        try self.init(CertificateChain(certificatePEM), keyPEM)
    }

    /// Adds the key to a chain.
    init(_ chain: CertificateChain, _ keyPEM: [UInt8]) throws(CertificateProblem) {
        self.chain = chain
        key = try Self.key(keyPEM)
        do {
            _ = try Self.context(chain.certificates, key)
        } catch NIOSSLError.failedToLoadPrivateKey {
            let isOfAnother = chain.certificates.dropFirst().contains { (try? Self.context([$0], key)) != nil }
            if isOfAnother { throw CertificateChain.isOutOfOrder }
            throw CertificateProblem(.foreignKey, "the key does not belong to the certificate")
        } catch {
            throw CertificateProblem(.badCertificate, "the certificate cannot be used for a server")
        }
    }

    private static func key(_ pem: [UInt8]) throws(CertificateProblem) -> NIOSSLPrivateKey {
        let labels = PEMLabels(pem)
        guard labels.isPEM else { throw CertificateProblem(.notPEM, "the key is no PEM") }
        guard labels.hasKey else { throw CertificateProblem(.noKey, "there is no private key in the PEM, but \(labels.text)") }
        guard !labels.hasEncryptedKey else {
            throw CertificateProblem(
                .encryptedKey, "the key is encrypted with a passphrase; openssl pkey -in KEY -out PLAIN writes one that is not")
        }
        do {
            return try NIOSSLPrivateKey(bytes: pem, format: .pem)
        } catch {
            throw CertificateProblem(.badKey, "the key cannot be read")
        }
    }

    /// BoringSSL's own judgement: it takes a key only with the certificate that it belongs to.
    private static func context(_ certificates: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key)))
    }
}
