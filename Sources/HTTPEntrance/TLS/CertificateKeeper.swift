internal import Glibc
internal import NIOCore
internal import NIOSSL
internal import ProcessControl

/// Reads the certificates that a table names, and keeps those that have not changed.
actor CertificateKeeper {
    private let farewell: TimeAmount
    private var known: [CertificateFiles: CertificatePair] = [:]
    private var present: (files: [CertificateFiles], context: NIOSSLContext)?

    /// The largest file that is read, in octets.
    static let maximumLength = 256 << 10

    /// `farewell` is how long a client has to answer the end of a TLS connection.
    init(farewell: TimeAmount) {
        self.farewell = farewell
    }

    /// The context for these certificates, without those that cannot be used; nil when none is left. And why others were left out.
    func use(_ files: [CertificateFiles]) -> (context: NIOSSLContext?, choice: CertificateChoice, problems: [String]) {
        var pairs: [(files: CertificateFiles, pair: CertificatePair)] = []
        var problems: [String] = []
        for files in files {
            do throws(CertificateProblem) {
                if let pair = known[files] { pairs.append((files, pair)) } else { pairs.append((files, try Self.read(files))) }
            } catch {
                problems.append("certificate \(files.certificate): \(error)")
            }
        }
        known = Dictionary(pairs.map { ($0.files, $0.pair) }) { first, _ in first }
        let choice = CertificateChoice(pairs.map(\.pair.chain.names))
        if let present, present.files == pairs.map(\.files) { return (present.context, choice, problems) }
        do {
            let context = try ServerContext.make(pairs.map(\.pair), farewell: farewell)
            present = context.map { (pairs.map(\.files), $0) }
            return (context, choice, problems)
        } catch {
            present = nil
            return (nil, CertificateChoice([]), problems + ["certificates: \(error)"])
        }
    }

    private static func read(_ files: CertificateFiles) throws(CertificateProblem) -> CertificatePair {
        try CertificatePair(certificatePEM: content(files.certificate), keyPEM: content(files.key))
    }

    private static func content(_ path: String) throws(CertificateProblem) -> [UInt8] {
        // A pipe would be waited for.
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CertificateProblem(.unreadable, "\(path) is no file that can be read")
        }
        let octets: [UInt8]
        do throws(FileBytes.Failure) {
            octets = try FileBytes.read(path, limit: maximumLength + 1)
        } catch {
            throw CertificateProblem(.unreadable, error.description)
        }
        guard octets.count <= maximumLength else {
            throw CertificateProblem(.tooLarge, "\(path) has more than \(maximumLength >> 10) KiB")
        }
        return octets
    }
}
