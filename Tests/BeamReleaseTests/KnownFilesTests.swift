import Foundation
import Glibc
import ProcessTree
import Testing

@testable import BeamRelease

@Suite("What a copy shares with an earlier one")
struct KnownFilesTests {
    private struct Copies {
        let scratch: Scratch
        let root: String
        let folder: String

        init() throws {
            scratch = try Scratch()
            root = try FakeRelease.write(.mix, in: scratch)
            folder = scratch.path + "/releases"
            try scratch.file("release/lib/shop-0.1.0/priv/data", "the same in every round\n")
        }

        func install() throws -> ReleaseCopy.Installed { try ReleaseCopy.install(try Release.read(at: root), into: folder) }

        func inode(_ copy: ReleaseCopy.Installed, _ path: String) -> UInt64? {
            var status = stat()
            return lstat("\(copy.path)/\(path)", &status) == 0 ? UInt64(status.st_ino) : nil
        }
    }

    private let data = "lib/shop-0.1.0/priv/data"
    private let app = "lib/shop-0.1.0/ebin/shop.app"
    private let environment = "releases/0.1.0/env.sh"

    @Test("is linked; what has changed is not, and neither is the file that a copy changes")
    func shared() throws {
        let copies = try Copies()
        let first = try copies.install()
        try copies.scratch.file("release/\(app)", "{application, shop, [{vsn, \"2\"}]}.\n")
        try copies.scratch.file("release/lib/shop-0.1.0/priv/other", "the same in every round\n", mode: 0o755)
        let second = try copies.install()
        #expect(first.digest != second.digest && second.isNew)
        #expect(copies.inode(first, data) == copies.inode(second, data))
        #expect(copies.inode(first, app) != copies.inode(second, app))
        #expect(copies.inode(first, environment) != copies.inode(second, environment))
        #expect(copies.inode(second, "lib/shop-0.1.0/priv/other") != copies.inode(second, data))
        #expect(try copies.scratch.text("releases/\(second.digest)/\(app)") == "{application, shop, [{vsn, \"2\"}]}.\n")
        #expect(copies.scratch.mode("releases/\(second.digest)/lib/shop-0.1.0/priv/other") == 0o555)
        #expect(ReleaseCopy.isIntact(digest: first.digest, in: copies.folder))
        #expect(ReleaseCopy.isIntact(digest: second.digest, in: copies.folder))
        #expect(try ReleaseCopy.digest(of: Release.read(at: copies.root)) == second.digest)
    }

    @Test("goes on when the earlier one is removed")
    func removed() throws {
        let copies = try Copies()
        let first = try copies.install()
        try copies.scratch.file("release/\(app)", "{application, shop, [{vsn, \"2\"}]}.\n")
        let second = try copies.install()
        try ReleaseCopy.remove(digest: first.digest, from: copies.folder)
        #expect(ReleaseCopy.isIntact(digest: second.digest, in: copies.folder))
        try copies.scratch.file("release/\(app)", "{application, shop, [{vsn, \"3\"}]}.\n")
        let third = try copies.install()
        #expect(copies.inode(third, data) == copies.inode(second, data))
        #expect(ReleaseCopy.isIntact(digest: third.digest, in: copies.folder))
    }

    @Test("is copied anew when somebody has written into it")
    func written() throws {
        let copies = try Copies()
        let first = try copies.install()
        chmod("\(first.path)/\(data)", 0o644)
        try "as long as before, in a row\n".replacing("as long as before, in a r", with: "the same, in every roun").write(
            toFile: "\(first.path)/\(data)", atomically: false, encoding: .utf8)
        try copies.scratch.file("release/\(app)", "{application, shop, [{vsn, \"2\"}]}.\n")
        let second = try copies.install()
        #expect(copies.inode(first, data) != copies.inode(second, data))
        #expect(try copies.scratch.text("releases/\(second.digest)/\(data)") == "the same in every round\n")
        #expect(ReleaseCopy.isIntact(digest: second.digest, in: copies.folder))
    }

    @Test("is not known after another start of the machine, which may have damaged it")
    func restarted() throws {
        let copies = try Copies()
        let first = try copies.install()
        let text = try copies.scratch.text("releases/\(KnownFiles.name)")
        let boot = try #require(MachineBoot.present)
        #expect(text.contains(boot))
        try copies.scratch.file("releases/\(KnownFiles.name)", text.replacing(boot, with: "11111111-2222-3333-4444-555555555555"))
        try copies.scratch.file("release/\(app)", "{application, shop, [{vsn, \"2\"}]}.\n")
        let second = try copies.install()
        #expect(copies.inode(first, data) != copies.inode(second, data))
    }

    @Test("is copied when the list of it is damaged, and the list is made anew", arguments: 0..<20)
    func damaged(round: Int) throws {
        var random = SystemRandomNumberGenerator()
        let copies = try Copies()
        _ = try copies.install()
        let list = "\(copies.folder)/\(KnownFiles.name)"
        var bytes = try #require(FileManager.default.contents(atPath: list))
        for _ in 0...(round * 4) { bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random) }
        try bytes.prefix(.random(in: 0...bytes.count, using: &random)).write(to: URL(fileURLWithPath: list))
        try copies.scratch.file("release/\(app)", "{application, shop, [{vsn, \"2\"}]}.\n")
        let second = try copies.install()
        #expect(ReleaseCopy.isIntact(digest: second.digest, in: copies.folder))
        try copies.scratch.file("release/\(app)", "{application, shop, [{vsn, \"3\"}]}.\n")
        let third = try copies.install()
        #expect(copies.inode(second, data) == copies.inode(third, data))
    }
}
