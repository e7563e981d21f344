import Crypto
import FleetModel
import FleetStore
import FoundationEssentials
import Glibc
import NIOConcurrencyHelpers

/// Encrypts secrets before they are written down, with a key that lies in a file beside the database, never in it: a copy of the
/// database alone opens nothing. AES-256-GCM (NIST SP 800-38D) with a random nonce for each; a sealed value is bound to its app,
/// its name and its version, so that none can be put in another's place.
struct SecretVault: Sendable {
    /// The key file's path.
    let path: String
    private let memory: any KeyMemory
    private let known = NIOLockedValueBox<SymmetricKey?>(nil)

    init(path: String, memory: any KeyMemory) {
        self.path = path
        self.memory = memory
    }

    /// Which value it is.
    struct Label: Hashable, Sendable {
        var key: AppKey
        var name: String
        var version: Int

        fileprivate var bytes: [UInt8] { Array("\(key.namespace)/\(key.app)/\(name)/\(version)".utf8) }
    }

    /// Encrypts a value. A key is made only where nothing is encrypted yet: else what a lost one has encrypted would be lost for good.
    /// A key file that is gone while this daemon still knows the key is written again.
    ///
    /// - Parameter holders: The apps that have secrets.
    ///
    /// Throws ``LocalPlatformError`` when the key file cannot be used, or is another than before.
    func seal(_ value: String, _ label: Label, holders: [AppKey]) throws -> [UInt8] {
        let box = try AES.GCM.seal(
            Array(value.utf8), using: try keyToSeal(holders: holders), authenticating: label.bytes)
        guard let combined = box.combined else { throw LocalPlatformError("the secret \(label.name) cannot be encrypted") }
        return Array(combined)
    }

    /// Decrypts a value. Throws ``LocalPlatformError`` when the key is not the one that it was encrypted with.
    func open(_ sealed: [UInt8], _ label: Label) throws -> String {
        let key = try keyToOpen()
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let value = try? AES.GCM.open(box, using: key, authenticating: label.bytes)
        else {
            throw LocalPlatformError(
                "the secret \(label.name) of '\(label.key.app)' cannot be decrypted with the key in \(path)",
                hint: "put the key file back that belongs to this state, or set the secret again: "
                    + "beamctl secrets set \(label.key.app) \(label.name)")
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// Why what was encrypted could not be decrypted; nil when it can be. Changes nothing.
    func problem() -> LocalPlatformError? {
        do {
            guard let key = try read() else { return gone(holders: []) }
            let before = try memory.keyFingerprint()
            return before == nil || before == Self.fingerprint(key) ? nil : another()
        } catch {
            return error as? LocalPlatformError ?? LocalPlatformError("\(error)")
        }
    }

    private func keyToOpen() throws -> SymmetricKey {
        if let key = known.withLockedValue({ $0 }) { return key }
        guard let key = try read() else { throw gone(holders: []) }
        return try accepted(key)
    }

    private func keyToSeal(holders: [AppKey]) throws -> SymmetricKey {
        let file = try read()
        if let key = known.withLockedValue({ $0 }) {
            guard let file else {
                try write(key)
                return key
            }
            guard file == key else { throw another() }
            return key
        }
        if let file { return try accepted(file) }
        guard holders.isEmpty else { throw gone(holders: holders) }
        let fresh = SymmetricKey(size: .bits256)
        try write(fresh)
        try memory.remember(keyFingerprint: Self.fingerprint(fresh))
        known.withLockedValue { $0 = fresh }
        return fresh
    }

    /// A key from the file, if it is the one that was used before.
    private func accepted(_ key: SymmetricKey) throws -> SymmetricKey {
        let fingerprint = Self.fingerprint(key)
        let before = try memory.keyFingerprint()
        guard before == nil || before == fingerprint else { throw another() }
        if before == nil { try memory.remember(keyFingerprint: fingerprint) }
        known.withLockedValue { $0 = key }
        return key
    }

    /// Tells one key from another, and nothing of what it is.
    private static func fingerprint(_ key: SymmetricKey) -> String {
        let digest = key.withUnsafeBytes { SHA256.hash(data: Data($0)) }
        return digest.prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    private func gone(holders: [AppKey]) -> LocalPlatformError {
        let apps = holders.map(\.app).sorted().joined(separator: ", ")
        return LocalPlatformError(
            "the key file \(path) is gone, and with it every secret",
            hint:
                "put it back from a backup; or, if it is lost for good, beamctl secrets unset APP NAME… --no-deploy for every secret"
                + (apps.isEmpty ? "" : " of \(apps)") + ", then set them again")
    }

    private func another() -> LocalPlatformError {
        LocalPlatformError(
            "the key in \(path) is not the one that secrets were encrypted with", hint: "put the former key file back")
    }

    private static let keyBytes = 32

    private func read() throws -> SymmetricKey? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor == -1, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw failure("cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read") }
        guard status.st_mode & 0o077 == 0 else {
            throw LocalPlatformError("the key file \(path) can be read by others than its owner", hint: "chmod 600 \(path)")
        }
        var bytes = [UInt8](repeating: 0, count: Self.keyBytes + 1)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count == Self.keyBytes else {
            throw LocalPlatformError("the key file \(path) is damaged: it has not \(Self.keyBytes) bytes")
        }
        return SymmetricKey(data: bytes.prefix(Self.keyBytes))
    }

    /// Written beside and renamed, with everything on the disk before anything is encrypted with it.
    private func write(_ key: SymmetricKey) throws {
        let fresh = path + ".new"
        unlink(fresh)
        let descriptor = Glibc.open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be made") }
        defer { close(descriptor) }
        let bytes = key.withUnsafeBytes { Array($0) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0, rename(fresh, path) == 0 else {
            let error = failure("cannot be written")
            unlink(fresh)
            throw error
        }
    }

    private func failure(_ what: String) -> LocalPlatformError {
        LocalPlatformError("the key file \(path) \(what): \(String(cString: strerror(errno)))")
    }
}

/// Remembers which key secrets were encrypted with, apart from the key.
protocol KeyMemory: Sendable {
    /// What tells the key from every other; nil before there was one.
    func keyFingerprint() throws -> String?
    func remember(keyFingerprint: String) throws
}

extension FleetStore: KeyMemory {
    func keyFingerprint() throws -> String? { try fact("key of secrets") }
    func remember(keyFingerprint: String) throws { try setFact("key of secrets", to: keyFingerprint) }
}
