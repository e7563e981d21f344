internal import NIOSSL

/// A server's certificate, and those that lead from it to its issuer.
struct CertificateChain: Sendable {
    let certificates: [NIOSSLCertificate]
    let fields: [CertificateFields]
    /// The hosts that the first one is for; never none.
    let names: [String]

    /// The server's own.
    let leaf: CertificateFields

    /// Reads a PEM file.
    init(_ pem: [UInt8]) throws(CertificateProblem) {
        let labels = PEMLabels(pem)
        guard labels.isPEM else {
            let isDER = pem.first == DERReader.Tag.sequence
            throw CertificateProblem(
                .notPEM, "the certificate is no PEM" + (isDER ? "; openssl x509 -inform der makes it such" : ""))
        }
        guard labels.hasCertificate else {
            throw CertificateProblem(.noCertificate, "there is no certificate in the PEM, but \(labels.text)")
        }
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(pem)
        } catch {
            throw CertificateProblem(.badCertificate, "the PEM's certificate cannot be read")
        }
        var fields: [CertificateFields] = []
        for (index, certificate) in certificates.enumerated() { fields.append(try Self.fields(certificate, index)) }
        guard let leaf = fields.first else { throw CertificateProblem(.noCertificate, "there is no certificate in the PEM") }
        self.fields = fields
        self.leaf = leaf
        names = Self.names(leaf)
        guard !names.isEmpty else {
            let subject = DistinguishedName.text(leaf.subject)
            throw CertificateProblem(.noNames, "the certificate of \(subject) is for no host: it has no alternative names")
        }
    }

    private static func fields(_ certificate: NIOSSLCertificate, _ index: Int) throws(CertificateProblem) -> CertificateFields {
        do {
            return try CertificateFields(certificate.toDERBytes())
        } catch {
            throw CertificateProblem(.badCertificate, "certificate \(index + 1) of the PEM cannot be read: \(error)")
        }
    }

    private static func names(_ leaf: CertificateFields) -> [String] {
        var seen: Set<String> = []
        let alternative = leaf.alternativeNames.filter { seen.insert($0).inserted }
        guard alternative.isEmpty else { return alternative }
        let commonName = DistinguishedName.value(of: DistinguishedName.Attribute.commonName, in: leaf.subject)
        return commonName.flatMap { HostNames.host($0.utf8) }.map { [$0] } ?? []
    }

    /// Looks whether one that others were issued by stands first.
    func mustBeInOrder() throws(CertificateProblem) {
        let issuedByFirst = fields.dropFirst().contains { $0.issuer == leaf.subject && $0.subject != leaf.subject }
        if issuedByFirst { throw Self.isOutOfOrder }
    }

    /// The problem of a chain that begins elsewhere.
    static let isOutOfOrder = CertificateProblem(
        .leafNotFirst, "the server's own certificate must come first in the PEM, and those that it was issued by after it")
}
