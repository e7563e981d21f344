import Foundation
import HTTPEntrance
import TestSupport

/// Certificates that `openssl` makes for a test, in a folder that goes with it.
final class TestCertificates: Sendable {
    let folder: URL

    /// A folder with a certificate authority in it: `ca.pem` is what clients trust.
    init() async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "beamctl-tls-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await request(["-keyout", path("ca.key"), "-out", path("ca.pem"), "-subj", "/O=Beam Trust/CN=Test CA", "-days", "30"])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    var authority: String { path("ca.pem") }

    /// A certificate of the authority's: `hello.pem` and `hello.key` for `hello`. Names are as in `DNS:hello.example`.
    @discardableResult
    func make(
        _ stem: String, _ names: [String], subject: String? = nil, days: Int = 30, key: [String] = ["-newkey", "ec"]
    ) async throws -> CertificateFiles {
        var words = ["-CA", authority, "-CAkey", path("ca.key"), "-keyout", path("\(stem).key"), "-out", path("\(stem).pem")]
        words += ["-subj", subject ?? "/CN=\(stem)", "-days", "\(days)", "-addext", "basicConstraints=CA:FALSE"]
        if !names.isEmpty { words += ["-addext", "subjectAltName=\(names.joined(separator: ","))"] }
        try await request(words, key: key)
        return files(stem)
    }

    /// Files of these names, told under a digest that no others have.
    func files(_ stem: String, key: String? = nil) -> CertificateFiles {
        CertificateFiles(certificate: path("\(stem).pem"), key: path("\(key ?? stem).key"), digest: UUID().uuidString)
    }

    private func request(_ words: [String], key: [String] = ["-newkey", "ec"]) async throws {
        let curve = key == ["-newkey", "ec"] ? ["-pkeyopt", "ec_paramgen_curve:P-256"] : []
        try await Self.openssl(["req", "-x509", "-nodes"] + key + curve + words)
    }

    func octets(_ name: String) throws -> [UInt8] { try Array(Data(contentsOf: folder.appending(path: name))) }

    /// Runs `openssl`, and returns the lines that it writes.
    @discardableResult
    static func openssl(_ words: [String]) async throws -> [String] {
        let process = try Spawned(["openssl"] + words)
        var lines: [String] = []
        for await line in process.output { lines.append(line) }
        guard await process.exitCode() == 0 else {
            var errors: [String] = []
            for await line in process.errors { errors.append(line) }
            throw Wire.Failure(description: "openssl \(words.first ?? ""): \(errors.joined(separator: "; "))")
        }
        return lines
    }
}
