import FleetModel
import FleetStore
import Foundation
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("what is told of a home before a daemon works in it")
struct HomeInspectionTests {
    private let scratch: Scratch
    private let home: Home

    init() throws {
        scratch = try Scratch()
        home = try Home(path: scratch.path + "/home")
    }

    private func withSecret() throws {
        try home.prepare()
        let store = try FleetStore(path: home.database)
        let vault = SecretVault(path: home.secretsKey, memory: store)
        let sealed = try vault.seal("hunter2", .init(key: Sample.key, name: "PASS", version: 1), holders: [])
        try store.save(
            Settings(), of: Sample.key,
            newSecrets: [SealedSecret(name: "PASS", version: 1, sealed: sealed, setAt: Timestamp(milliseconds: 1))],
            deployment: nil, newRevision: nil)
    }

    @Test("nothing is wrong with one that is not there yet, nor with one that is whole; nothing is made or changed")
    func fine() throws {
        #expect(HomeInspection(home).problems() == [])
        #expect(!FileManager.default.fileExists(atPath: home.path))
        try withSecret()
        #expect(HomeInspection(home).problems() == [])
    }

    @Test("a state file that is damaged")
    func damaged() throws {
        try home.prepare()
        try Data(repeating: 0x2a, count: 8192).write(to: URL(filePath: home.database))
        let problem = try #require(HomeInspection(home).problems().first)
        #expect(problem.text.contains(home.database) && problem.text.contains("not a database"))
        #expect(problem.mend.contains("put a copy of \(home.database) back"))
    }

    @Test("a key that is gone, one that is another, one that others can read: each with what mends it")
    func key() throws {
        try withSecret()
        chmod(home.secretsKey, 0o644)
        #expect(HomeInspection(home).problems().first?.mend == "chmod 600 \(home.secretsKey)")
        chmod(home.secretsKey, 0o600)
        try Data(repeating: 7, count: 32).write(to: URL(filePath: home.secretsKey))
        #expect(HomeInspection(home).problems().first?.text.contains("is not the one") == true)
        unlink(home.secretsKey)
        #expect(HomeInspection(home).problems().first?.text.contains("is gone") == true)
    }

    @Test("a disk that is nearly full", .enabled(if: Tmpfs.isPossible, Tmpfs.reason))
    func full() throws {
        let disk = try Tmpfs(kibibytes: 1024)
        let problem = try #require(HomeInspection(try Home(path: disk.path + "/h")).problems().first)
        #expect(problem.text.hasPrefix("0 MiB are left") || problem.text.hasPrefix("1 MiB are left"))
    }
}
