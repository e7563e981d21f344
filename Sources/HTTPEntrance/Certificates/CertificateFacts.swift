/// What is known of a certificate that a server can show.
package struct CertificateFacts: Hashable, Sendable {
    /// The hosts that it is for: names in lower case, `*.example.org` for one label more, and IP addresses. Of its subject's common
    /// name only when it has no alternative names.
    package let names: [String]
    /// From when it holds, in seconds since 1970.
    package let notBefore: Int64
    /// Until when it holds, in seconds since 1970. One that does so no more is a certificate all the same.
    package let notAfter: Int64
    /// Who issued it, for people.
    package let issuer: String
    /// Whether its key was looked at and belongs to it; false when none was given.
    package let matchesKey: Bool

    /// Reads a certificate, the ones after it that lead to its issuer, and its key, all in PEM. Without a key that is not looked at.
    ///
    /// - Throws: ``CertificateProblem`` when a server could not use them; its message says why in words, and nothing of the key.
    package init(certificatePEM: [UInt8], keyPEM: [UInt8]?) throws(CertificateProblem) {
        let chain = try CertificateChain(certificatePEM)
        if let keyPEM {
            _ = try CertificatePair(chain, keyPEM)
        } else {
            try chain.mustBeInOrder()
        }
        self.init(chain, matchesKey: keyPEM != nil)
    }

    init(_ chain: CertificateChain, matchesKey: Bool) {
        names = chain.names
        notBefore = chain.leaf.notBefore
        notAfter = chain.leaf.notAfter
        issuer = DistinguishedName.text(chain.leaf.issuer)
        self.matchesKey = matchesKey
    }
}
