import FleetModel
import Foundation
import Synchronization
import Testing

@testable import LocalPlatform

@Suite("secrets at rest")
struct SecretVaultTests {
    private let scratch: Scratch
    private var path: String { scratch.path + "/key" }

    private let memory = Memory()

    init() throws { scratch = try Scratch() }

    /// As a daemon has it that has just started.
    private func vault() -> SecretVault { SecretVault(path: path, memory: memory) }

    private final class Memory: KeyMemory {
        private let fingerprint = Mutex<String?>(nil)

        func keyFingerprint() -> String? { fingerprint.withLock { $0 } }
        func remember(keyFingerprint: String) { fingerprint.withLock { $0 = keyFingerprint } }
    }

    private static let label = SecretVault.Label(key: Sample.key, name: "PASS", version: 1)

    @Test("a value comes back, also from another vault with the same key file, and is in no byte of what is kept")
    func roundTrip() throws {
        let value = "geheim-größe\n\"\\"
        let sealed = try vault().seal(value, Self.label, holders: [])
        #expect(try vault().open(sealed, Self.label) == value)
        #expect(Data(sealed).range(of: Data("geheim".utf8)) == nil)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test("the same value is kept as other bytes each time")
    func nonces() throws {
        let vault = vault()
        #expect(try vault.seal("x", Self.label, holders: []) != vault.seal("x", Self.label, holders: [Sample.key]))
    }

    @Test("what was changed, or put in the place of another, does not open")
    func tampered() throws {
        let vault = vault()
        let sealed = try vault.seal("hunter2", Self.label, holders: [])
        for place in [0, 12, sealed.count - 1] {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: LocalPlatformError.self) { try vault.open(changed, Self.label) }
        }
        var other = Self.label
        other.version = 2
        #expect(throws: LocalPlatformError.self) { try vault.open(sealed, other) }
        other = Self.label
        other.key = AppKey(app: "shop")
        #expect(throws: LocalPlatformError.self) { try vault.open(sealed, other) }
        #expect(throws: LocalPlatformError.self) { try vault.open([], Self.label) }
    }

    @Test("a lost key is told, and no new one is made over secrets that it has encrypted")
    func lost() throws {
        let sealed = try vault().seal("hunter2", Self.label, holders: [])
        try FileManager.default.removeItem(atPath: path)
        let vault = vault()
        #expect(throws: LocalPlatformError.self) { try vault.open(sealed, Self.label) }
        #expect(throws: LocalPlatformError.self) { try vault.seal("new", Self.label, holders: [Sample.key]) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a key file that others can read, or that is damaged, is refused with what mends it")
    func badKeyFile() throws {
        _ = try vault().seal("x", Self.label, holders: [])
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let open = #expect(throws: LocalPlatformError.self) { try vault().seal("x", Self.label, holders: [Sample.key]) }
        #expect(open?.hint == "chmod 600 \(path)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try Data("short".utf8).write(to: URL(filePath: path))
        #expect(throws: LocalPlatformError.self) { try vault().seal("x", Self.label, holders: [Sample.key]) }
    }

    @Test("a key file that is gone while the daemon knows the key is written again")
    func writtenAgain() throws {
        let vault = vault()
        let sealed = try vault.seal("one", Self.label, holders: [])
        let before = try Data(contentsOf: URL(filePath: path))
        try FileManager.default.removeItem(atPath: path)
        _ = try vault.seal("two", Self.label, holders: [Sample.key])
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        #expect(try self.vault().open(sealed, Self.label) == "one")
    }

    @Test("another key is refused, by the daemon that knows the first and by the next: nothing is encrypted with two")
    func anotherKey() throws {
        let vault = vault()
        _ = try vault.seal("one", Self.label, holders: [])
        try Data(repeating: 7, count: 32).write(to: URL(filePath: path))
        for vault in [vault, self.vault()] {
            let error = #expect(throws: LocalPlatformError.self) { try vault.seal("two", Self.label, holders: [Sample.key]) }
            #expect(error?.hint == "put the former key file back")
        }
    }
}
