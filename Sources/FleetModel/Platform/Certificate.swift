/// A certificate that the entrance shows for HTTPS.
public struct CertificateReport: Hashable, Codable, Sendable {
    /// What it is called here: the beginning of a digest of its octets.
    public var id: String
    /// The hosts that it is for: names, `*.example.org`, addresses.
    public var names: [String]
    /// Who issued it, for people.
    public var issuer: String
    /// From when it holds.
    public var notBefore: Timestamp
    /// Until when it holds.
    public var notAfter: Timestamp
    /// What is to be known of it when it is added: that it is for nobody's host.
    public var warning: String?

    /// Makes one.
    public init(id: String, names: [String], issuer: String, notBefore: Timestamp, notAfter: Timestamp) {
        self.id = id
        self.names = names
        self.issuer = issuer
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}

/// A certificate that is to be shown, and its key.
public struct CertificateRequest: Hashable, Codable, Sendable {
    /// The certificate in PEM, and after it those that lead to its issuer.
    public var certificate: String
    /// Its private key in PEM.
    public var key: String

    /// Makes one.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
