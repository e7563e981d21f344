import FleetModel
import Foundation
import Testing

@testable import LocalPlatform

@Suite("secrets at rest")
struct SecretVaultTests {
    private let scratch: Scratch
    private var path: String { scratch.path + "/key" }

    init() throws { scratch = try Scratch() }

    private static let label = SecretVault.Label(key: Sample.key, name: "PASS", version: 1)

    @Test("a value comes back, also from another vault with the same key file, and is in no byte of what is kept")
    func roundTrip() throws {
        let value = "geheim-größe\n\"\\"
        let sealed = try SecretVault(path: path).seal(value, Self.label, isFirst: true)
        #expect(try SecretVault(path: path).open(sealed, Self.label) == value)
        #expect(Data(sealed).range(of: Data("geheim".utf8)) == nil)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test("the same value is kept as other bytes each time")
    func nonces() throws {
        let vault = SecretVault(path: path)
        #expect(try vault.seal("x", Self.label, isFirst: true) != vault.seal("x", Self.label, isFirst: false))
    }

    @Test("what was changed, or put in the place of another, does not open")
    func tampered() throws {
        let vault = SecretVault(path: path)
        let sealed = try vault.seal("hunter2", Self.label, isFirst: true)
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
        let sealed = try SecretVault(path: path).seal("hunter2", Self.label, isFirst: true)
        try FileManager.default.removeItem(atPath: path)
        let vault = SecretVault(path: path)
        #expect(throws: LocalPlatformError.self) { try vault.open(sealed, Self.label) }
        #expect(throws: LocalPlatformError.self) { try vault.seal("new", Self.label, isFirst: false) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a key file that others can read, or that is damaged, is refused with what mends it")
    func badKeyFile() throws {
        _ = try SecretVault(path: path).seal("x", Self.label, isFirst: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let open = #expect(throws: LocalPlatformError.self) { try SecretVault(path: path).seal("x", Self.label, isFirst: false) }
        #expect(open?.hint == "chmod 600 \(path)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try Data("short".utf8).write(to: URL(filePath: path))
        #expect(throws: LocalPlatformError.self) { try SecretVault(path: path).seal("x", Self.label, isFirst: false) }
    }
}
