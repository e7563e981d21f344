import NIOSSL

/// Whom a TLS connection trusts, and as whom it comes.
public struct TLSSettings: Sendable {
    /// Whom it trusts.
    public enum Trust: Hashable, Sendable {
        /// The authorities that this machine trusts.
        case system
        /// Only these, as PEM.
        case authorities([UInt8])
        /// Anybody: whoever sits between can read and change everything.
        case anybody
    }

    /// Certificates, or a key, that are none.
    public struct Problem: Error, Hashable, Sendable {
        /// Which of them.
        public enum Part: Hashable, Sendable {
            /// Those of the authorities.
            case authorities
            /// Our own.
            case certificate
            /// The key of our own.
            case key
        }

        /// Which of them.
        public let part: Part
    }

    let configuration: TLSConfiguration

    /// Reads certificates and key. Throws ``Problem``.
    ///
    /// - Parameters:
    ///   - certificate: The client's own chain as PEM, its own certificate first.
    ///   - key: The key of that, PEM, without a passphrase.
    public init(trust: Trust = .system, certificate: [UInt8]? = nil, key: [UInt8]? = nil) throws(Problem) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        switch trust {
        case .system: break
        case .authorities(let pem): configuration.trustRoots = .certificates(try Self.certificates(pem, .authorities))
        case .anybody: configuration.certificateVerification = .none
        }
        if let certificate {
            configuration.certificateChain = try Self.certificates(certificate, .certificate).map { .certificate($0) }
        }
        if let key {
            guard let read = try? NIOSSLPrivateKey(bytes: key, format: .pem) else { throw Problem(part: .key) }
            configuration.privateKey = .privateKey(read)
        }
        self.configuration = configuration
    }

    private static func certificates(_ pem: [UInt8], _ part: Problem.Part) throws(Problem) -> [NIOSSLCertificate] {
        guard let read = try? NIOSSLCertificate.fromPEMBytes(pem), !read.isEmpty else { throw Problem(part: part) }
        return read
    }
}
