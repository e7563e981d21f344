internal import NIOCore
internal import NIOSSL

/// How HTTPS is spoken.
enum ServerContext {
    /// Of TLS 1.2 what is forward secret and authenticated; 1.3 has nothing else.
    private static let cipherSuites: [NIOTLSCipher] = [
        .TLS_AES_128_GCM_SHA256, .TLS_AES_256_GCM_SHA384, .TLS_CHACHA20_POLY1305_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    /// A context that shows each client the certificate for the name that it asks for, else the first. Nil without certificates.
    ///
    /// The name is asked of BoringSSL instead of being read from the first record: a greeting may come in several records.
    static func make(_ pairs: [CertificatePair], farewell: TimeAmount) throws -> NIOSSLContext? {
        guard let first = pairs.first else { return nil }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: first.chain.certificates.map { .certificate($0) }, privateKey: .privateKey(first.key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = cipherSuites
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = farewell
        if pairs.count > 1 {
            let choice = CertificateChoice(pairs.map(\.chain.names))
            configuration.sslContextCallback = { client, answer in
                let index = client.serverHostname.flatMap(choice.index(of:)) ?? 0
                answer.succeed(index == 0 ? .noChanges : pairs[index].override)
            }
        }
        return try NIOSSLContext(configuration: configuration)
    }
}

extension CertificatePair {
    fileprivate var override: NIOSSLContextConfigurationOverride {
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = chain.certificates.map { .certificate($0) }
        override.privateKey = .privateKey(key)
        return override
    }
}
