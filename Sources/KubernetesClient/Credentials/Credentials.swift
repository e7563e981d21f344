import Foundation
import HTTPTransport

/// What a request carries to say who we are.
struct Credential: Sendable {
    /// `Authorization`, or nothing.
    var headers: [(name: String, value: String)] = []
    /// Certificates, and whom they trust.
    var tls: TLSSettings?
    /// Which of several in a row it is.
    var number = 0
}

/// Who we are, as it is now: a file is read again, a plugin is asked again before its answer expires, and both once more when the
/// server does not know us.
actor Credentials {
    /// What it is done with; injected, so that tests can let time pass.
    struct World: Sendable {
        /// Seconds since 1970.
        var now: @Sendable () -> Double
        var read: FileReading
        var run: @Sendable (ExecPlugin) async throws -> ExecPlugin.Answer
    }

    private let source: CredentialSource
    private let trust: TLSSettings.Trust
    private let world: World
    private var known: (credential: Credential, until: Double)?
    private var asking: Task<(ExecPlugin.Answer), any Error>?
    private var count = 0

    /// A token in a file is replaced long before it expires; kubelet does so at four fifths of an hour.
    private static let fileLifetime = 30.0
    /// A request takes time, and clocks differ.
    private static let margin = 10.0

    init(_ source: CredentialSource, trust: TLSSettings.Trust, world: World) {
        (self.source, self.trust, self.world) = (source, trust, world)
    }

    /// What holds now. Throws ``KubernetesError``, `CancellationError`.
    func current() async throws -> Credential {
        if let known, world.now() < known.until { return known.credential }
        let fetched = try await fetch()
        // Another task may have been faster while this one waited for the plugin.
        if let known, world.now() < known.until { return known.credential }
        count += 1
        var credential = fetched.credential
        credential.number = count
        known = (credential, fetched.until)
        return credential
    }

    /// Takes note that the server does not know one. Whether there may be another.
    func reject(_ credential: Credential) -> Bool {
        switch source {
        case .tokenFile, .plugin:
            if known?.credential.number == credential.number { known = nil }
            return true
        default: return false
        }
    }

    private func fetch() async throws -> (credential: Credential, until: Double) {
        switch source {
        case .none: return (try credential(), .infinity)
        case .token(let token): return (try credential(token: token), .infinity)
        case .basic(let user, let password):
            var credential = try credential()
            let pair = Data("\(user):\(password)".utf8).base64EncodedString()
            credential.headers = [("Authorization", "Basic \(pair)")]
            return (credential, .infinity)
        case .certificate(let certificate, let key): return (try credential(certificate, key), .infinity)
        case .tokenFile(let path): return (try credential(token: try token(in: path)), world.now() + Self.fileLifetime)
        case .plugin(let plugin):
            let answer = try await ask(plugin)
            let credential = try credential(token: answer.token, answer.certificate, answer.key)
            return (credential, answer.expires.map { $0 - Self.margin } ?? .infinity)
        }
    }

    /// One run at a time, whoever waits for it.
    private func ask(_ plugin: ExecPlugin) async throws -> ExecPlugin.Answer {
        if let asking { return try await asking.value }
        let run = world.run
        let task = Task { try await run(plugin) }
        asking = task
        defer { asking = nil }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func token(in path: String) throws(KubernetesError) -> String {
        let bytes: [UInt8]?
        do { bytes = try world.read(path) } catch {
            throw KubernetesError(.badConfig, "the token in \(path) cannot be read: \(error)")
        }
        guard let bytes else { throw KubernetesError(.badConfig, "the token is gone: there is no \(path)") }
        let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw KubernetesError(.badConfig, "\(path) holds no token")
        }
        return token
    }

    private func credential(
        token: String? = nil, _ certificate: [UInt8]? = nil, _ key: [UInt8]? = nil
    ) throws(KubernetesError) -> Credential {
        var credential = Credential()
        if let token { credential.headers = [("Authorization", "Bearer \(token)")] }
        do {
            credential.tls = try TLSSettings(trust: trust, certificate: certificate, key: key)
        } catch {
            throw KubernetesError(.badCertificate, "the \(error.part) of our own certificate is no PEM")
        }
        return credential
    }
}
