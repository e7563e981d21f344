import Foundation
import Glibc
import Testing

@testable import OCIImage

@Suite("What files were found to be")
struct FileNotesTests {
    private let scratch: Scratch
    private let store: ImageStore
    private let path: String

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
        path = "\(scratch.path)/base.tar"
    }

    private func write(_ text: String, at path: String? = nil) throws {
        let file = try #require(fopen(path ?? self.path, "w"))
        fputs(text, file)
        fclose(file)
    }

    private func notes() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: store.path + "/files")) ?? [] }

    /// Notes it, whatever its age.
    private func note(_ digest: Digest) throws {
        try store.note(digest, of: path, settledFor: 0)
        #expect(notes().count == 1)
    }

    @Test("a file that nobody has touched is not read again")
    func known() throws {
        try write("one")
        let other = Digest.of(Array("stands for what was read".utf8))
        try note(other)
        #expect(try store.digest(ofFile: path) == other)
    }

    @Test("one that was changed is, also to the same size, with the same time, or by putting another in its place")
    func changed() throws {
        let other = Digest.of(Array("stands for what was read".utf8))
        try write("one")
        try note(other)
        try write("two")
        #expect(try store.digest(ofFile: path) == Digest.of(Array("two".utf8)))

        try note(other)
        var status = stat()
        #expect(stat(path, &status) == 0)
        try write("six")
        utimensat(AT_FDCWD, path, [status.st_atim, status.st_mtim], 0)
        #expect(try store.digest(ofFile: path) == Digest.of(Array("six".utf8)))

        try note(other)
        try write("ten", at: path + ".new")
        utimensat(AT_FDCWD, path + ".new", [status.st_atim, status.st_mtim], 0)
        rename(path + ".new", path)
        #expect(try store.digest(ofFile: path) == Digest.of(Array("ten".utf8)))
    }

    @Test("one that was changed a moment ago is not noted, for it may change within the same tick of the clock")
    func fresh() throws {
        try write("one")
        #expect(try store.digest(ofFile: path) == Digest.of(Array("one".utf8)))
        #expect(notes().isEmpty)
    }

    @Test("a damaged note says nothing, and old notes are removed")
    func damaged() throws {
        try write("one")
        try note(Digest.of(Array("stands for what was read".utf8)))
        let name = try #require(notes().first)
        for text in ["", "x", String(repeating: "a", count: 64), String(repeating: "a", count: 4096)] {
            try write(text, at: "\(store.path)/files/\(name)")
            #expect(try store.digest(ofFile: path) == Digest.of(Array("one".utf8)))
        }
        try store.tidy(olderThan: 3600)
        #expect(notes().count == 1)
        try store.tidy(olderThan: -1)
        #expect(notes().isEmpty)
    }
}
