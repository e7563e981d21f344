import Crypto
import FleetModel
import FoundationEssentials
import Glibc
import HTTPEntrance
import NIOConcurrencyHelpers

/// The certificates of a home's entrance: a folder for each, named by a digest of what is in it, readable by its owner alone.
final class CertificateShelf: Sendable {
    /// One that is kept.
    struct Kept: Sendable {
        var report: CertificateReport
        var files: CertificateFiles
    }

    private let folder: String
    private let kept: NIOLockedValueBox<[Kept]>

    /// How many there may be.
    static let most = 100

    init(folder: String) {
        self.folder = folder
        kept = NIOLockedValueBox(Self.load(folder))
    }

    /// All of them; of two for the same host the one that holds longer comes first, and is shown.
    var all: [Kept] { kept.withLockedValue { $0 } }

    /// Whether there is one for a host.
    func covers(_ host: String) -> Bool { CertificateChoice(all.map(\.report.names)).index(of: host) != nil }

    /// Keeps one; it takes the place of one for the same names. Throws `invalid_request` for one that no server could show, and for one
    /// that no client would take now.
    func add(_ request: CertificateRequest, now: Timestamp) throws -> CertificateReport {
        let (certificate, key) = (Array(request.certificate.utf8), Array(request.key.utf8))
        let facts: CertificateFacts
        do throws(CertificateProblem) {
            facts = try CertificateFacts(certificatePEM: certificate, keyPEM: key)
        } catch {
            throw PlatformError(.invalidRequest, error.message)
        }
        try Self.mustHold(facts, now)
        let id = Self.id(certificate, key)
        let older = all.filter { Set($0.report.names) == Set(facts.names) && $0.report.id != id }
        guard all.count - older.count < Self.most else {
            throw PlatformError(
                .invalidRequest, "there are \(Self.most) certificates already", hint: "beamctl certificates list")
        }
        try write(certificate, key, as: id)
        for one in older { try? FileManager.default.removeItem(atPath: "\(folder)/\(one.report.id)") }
        reload()
        return Self.report(facts, id)
    }

    /// It is shown from now on, in the place of one that may hold: so one that holds no more, or not yet, is refused.
    private static func mustHold(_ facts: CertificateFacts, _ now: Timestamp) throws {
        let from = Date(timeIntervalSince1970: Double(facts.notBefore))
        let until = Date(timeIntervalSince1970: Double(facts.notAfter))
        let names = facts.names.prefix(3).joined(separator: ", ")
        if facts.notAfter * 1000 < now.milliseconds {
            throw PlatformError(
                .invalidRequest, "the certificate for \(names) has expired: it held until \(until.formatted(.iso8601))",
                hint: "have it renewed by \(facts.issuer), and add the new one")
        }
        if facts.notBefore * 1000 > now.milliseconds {
            throw PlatformError(
                .invalidRequest, "the certificate for \(names) does not hold yet, only from \(from.formatted(.iso8601)) on",
                hint: "add it then; if that is past already, this machine's clock is slow: date -u")
        }
    }

    /// Removes one. Throws `invalid_request` when there is none of that name.
    func remove(_ id: String) throws {
        guard all.contains(where: { $0.report.id == id }) else {
            throw PlatformError(.invalidRequest, "there is no certificate '\(id.prefix(60))'", hint: "beamctl certificates list")
        }
        try FileManager.default.removeItem(atPath: "\(folder)/\(id)")
        reload()
    }

    /// Both files appear at once: the folder is made beside, and renamed.
    private func write(_ certificate: [UInt8], _ key: [UInt8], as id: String) throws {
        guard !FileManager.default.fileExists(atPath: "\(folder)/\(id)") else { return }
        let fresh = "\(folder)/.\(id).\(getpid())"
        try? FileManager.default.removeItem(atPath: fresh)
        do {
            try FileManager.default.createDirectory(
                atPath: fresh, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for (name, octets) in [(Self.certificateName, certificate), (Self.keyName, key)] {
                let path = "\(fresh)/\(name)"
                guard FileManager.default.createFile(atPath: path, contents: Data(octets), attributes: [.posixPermissions: 0o600])
                else { throw SlotDirectory.systemError("write \(path)") }
            }
            guard rename(fresh, "\(folder)/\(id)") == 0 else { throw SlotDirectory.systemError("make \(folder)/\(id)") }
        } catch {
            try? FileManager.default.removeItem(atPath: fresh)
            throw error
        }
    }

    private func reload() { kept.withLockedValue { $0 = Self.load(folder) } }

    private static let certificateName = "certificate.pem"
    private static let keyName = "key.pem"

    private static func load(_ folder: String) -> [Kept] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let kept = names.sorted().compactMap { id -> Kept? in
            let files = CertificateFiles(
                certificate: "\(folder)/\(id)/\(certificateName)", key: "\(folder)/\(id)/\(keyName)", digest: id)
            guard !id.hasPrefix("."), let octets = FileManager.default.contents(atPath: files.certificate),
                let facts = try? CertificateFacts(certificatePEM: Array(octets), keyPEM: nil)
            else { return nil }
            return Kept(report: report(facts, id), files: files)
        }
        return kept.sorted { ($1.report.notAfter, $0.report.id) < ($0.report.notAfter, $1.report.id) }
    }

    private static func report(_ facts: CertificateFacts, _ id: String) -> CertificateReport {
        CertificateReport(
            id: id, names: facts.names, issuer: facts.issuer, notBefore: Timestamp(milliseconds: facts.notBefore * 1000),
            notAfter: Timestamp(milliseconds: facts.notAfter * 1000))
    }

    private static func id(_ certificate: [UInt8], _ key: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(data: certificate)
        hash.update(data: key)
        return hash.finalize().prefix(6).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}
