import FleetModel
import Foundation
import GRDB
import TestSupport
import Testing

@testable import FleetStore

@Suite("store: when the file is not as it should be")
struct DamageTests {
    @Test("a file that is no database is refused, with its path")
    func noDatabase() throws {
        let file = try StoreFile()
        try Data(repeating: 0x2a, count: 8192).write(to: URL(filePath: file.path))
        let error = try #require(throws: StoreError.self) { try file.open() }
        #expect(error.description.hasPrefix("the state file \(file.path) cannot be opened: "))
        #expect(error.description.contains("file is not a database"))
        #expect(!error.isDiskFull)
    }

    @Test("to look into a file makes none, and one of a newer version is told")
    func inspected() throws {
        let file = try StoreFile()
        #expect(throws: StoreError.self) { try FleetStore(inspecting: file.path) }
        #expect(!FileManager.default.fileExists(atPath: file.path))
        let store = try file.open()
        #expect(try FleetStore(inspecting: file.path).load().deployments.isEmpty)
        try store.markAsNewer()
        let error = try #require(throws: StoreError.self) { try FleetStore(inspecting: file.path) }
        #expect(error.description == "the state file \(file.path) was made by a newer beamctl")
    }

    @Test("a folder that is missing is refused, with the path")
    func noFolder() throws {
        let error = try #require(throws: StoreError.self) { try FleetStore(path: "/nowhere/state.sqlite") }
        #expect(error.description.contains("/nowhere/state.sqlite"))
    }

    @Test("a file that was damaged later is refused or read as before, and never crashes the reader")
    func damagedPages() throws {
        let file = try StoreFile()
        do {
            let store = try file.open()
            for number in 1...50 { try store.save(Sample.deployment(number), newRevision: Sample.revision(number)) }
            try store.save((0..<50).map { Sample.replica("r\($0)") })
        }
        let whole = try [UInt8](Data(contentsOf: URL(filePath: file.path)))
        try #require(whole.count > 8192, "the write-ahead log was not moved into the file when it was closed")
        var refused = 0
        for page in 0..<(whole.count / 4096) {
            var damaged = whole
            for index in page * 4096..<page * 4096 + 512 { damaged[index] = 0xff }
            try Data(damaged).write(to: URL(filePath: file.path))
            do {
                _ = try file.open().load()
            } catch is StoreError {
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    @Test("a truncated file is refused")
    func truncated() throws {
        let file = try StoreFile()
        do { try file.open().save((0..<50).map { Sample.replica("r\($0)") }) }
        let whole = try Data(contentsOf: URL(filePath: file.path))
        try whole.prefix(5000).write(to: URL(filePath: file.path))
        let error = try #require(throws: StoreError.self) { _ = try file.open().load() }
        #expect(error.description.contains("malformed"), "\(error)")
    }
}

@Suite("store: a full disk", .serialized, .enabled(if: Tmpfs.isPossible, Tmpfs.reason))
struct FullDiskTests {
    @Test("a write that has no room says that the disk is full, changes nothing, and works again when there is room")
    func full() throws {
        let disk = try Tmpfs(kibibytes: 1024)
        let store = try FleetStore(path: disk.path + "/state.sqlite")
        try store.save([Sample.replica("kept")])
        disk.fill()
        var failure: StoreError?
        // What is still free within the file's last page is used up first.
        for number in 0..<200 where failure == nil {
            do { try store.save([Sample.replica("extra-\(number)")]) } catch let error as StoreError { failure = error }
        }
        let error = try #require(failure)
        #expect(error.isDiskFull, "\(error)")
        #expect(error.description == "the disk is full: the state cannot be written")
        let before = try store.load().replicas.count
        #expect(throws: StoreError.self) { try store.save((0..<50).map { Sample.replica("many-\($0)") }) }
        #expect(try store.load().replicas.count == before)

        disk.relieve()
        try store.save([Sample.replica("later")])
        #expect(try store.load().replicas.contains { $0.name == "later" })
        #expect(try store.load().replicas.contains { $0.name == "kept" })
    }

    @Test("a state file that cannot be made for lack of room says that the disk is full")
    func fullFromTheStart() throws {
        let disk = try Tmpfs(kibibytes: 256)
        disk.fill()
        let error = try #require(throws: StoreError.self) { try FleetStore(path: disk.path + "/state.sqlite") }
        #expect(error.isDiskFull, "\(error)")
    }
}

extension FleetStore {
    /// As a version would leave it that knows of further tables.
    fileprivate func markAsNewer() throws {
        try write { try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9 what is to come')") }
    }
}
