import Crypto
import FleetModel
import FoundationEssentials
import Glibc
import NIOConcurrencyHelpers

/// Encrypts secrets before they are written down, with a key that lies in a file beside the database, never in it: a copy of the
/// database alone opens nothing. AES-256-GCM (NIST SP 800-38D) with a random nonce for each; a sealed value is bound to its app,
/// its name and its version, so that none can be put in another's place.
struct SecretVault: Sendable {
    /// The key file's path.
    let path: String
    private let known = NIOLockedValueBox<SymmetricKey?>(nil)

    init(path: String) {
        self.path = path
    }

    /// Which value it is.
    struct Label: Hashable, Sendable {
        var key: AppKey
        var name: String
        var version: Int

        fileprivate var bytes: [UInt8] { Array("\(key.namespace)/\(key.app)/\(name)/\(version)".utf8) }
    }

    /// Encrypts a value. `isFirst` says that nothing is encrypted yet: only then is a key made when there is none, or what a lost
    /// key has encrypted would be lost for good. Throws ``LocalPlatformError`` when the key file cannot be used.
    func seal(_ value: String, _ label: Label, isFirst: Bool) throws -> [UInt8] {
        let box = try AES.GCM.seal(Array(value.utf8), using: try key(orMade: isFirst), authenticating: label.bytes)
        guard let combined = box.combined else { throw LocalPlatformError("the secret \(label.name) cannot be encrypted") }
        return Array(combined)
    }

    /// Decrypts a value. Throws ``LocalPlatformError`` when the key is not the one that it was encrypted with.
    func open(_ sealed: [UInt8], _ label: Label) throws -> String {
        let key = try key(orMade: false)
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

    private func key(orMade makes: Bool) throws -> SymmetricKey {
        if let key = known.withLockedValue({ $0 }) { return key }
        let key = try read() ?? (makes ? try make() : nil)
        guard let key else {
            throw LocalPlatformError(
                "the key file \(path) is gone, and with it every secret",
                hint: "put it back from a backup, or set the secrets again")
        }
        known.withLockedValue { $0 = key }
        return key
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
    private func make() throws -> SymmetricKey {
        let key = SymmetricKey(size: .bits256)
        let fresh = path + ".new"
        unlink(fresh)
        let descriptor = Glibc.open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot be made") }
        defer { close(descriptor) }
        let bytes = key.withUnsafeBytes { Array($0) }
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0, rename(fresh, path) == 0 else {
            let error = failure("cannot be written")
            unlink(fresh)
            throw error
        }
        return key
    }

    private func failure(_ what: String) -> LocalPlatformError {
        LocalPlatformError("the key file \(path) \(what): \(String(cString: strerror(errno)))")
    }
}
