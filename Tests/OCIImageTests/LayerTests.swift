import Foundation
import TestSupport
import Testing

@testable import OCIImage

@Suite("Layers")
struct LayerTests {
    private static let entries = LayerEntry.withFolders([
        .text("app/bin/run", "#!/bin/sh\n", isExecutable: true),
        .text("app/lib/a.beam", String(repeating: "beam", count: 50_000)),
        LayerEntry("app/current", .link("bin/run"), mode: 0o777), .text("etc/hello", "hi\n"),
    ])

    @Test("folders come before what is in them, each once")
    func folders() {
        #expect(
            Self.entries.map(\.path) == [
                "app", "app/bin", "app/bin/run", "app/current", "app/lib", "app/lib/a.beam", "etc", "etc/hello",
            ])
    }

    @Test("the same entries give the same digest in another store on another day, and GNU tar unpacks them")
    func deterministic() throws {
        let scratch = try Scratch()
        let (one, other) = (try scratch.store("one"), try scratch.store("other"))
        let layer = try LayerWriter(store: one, cores: 1).layer(of: Self.entries)
        #expect(try LayerWriter(store: other, cores: 4).layer(of: Self.entries) == layer)
        let blob = one.blobs.path(of: layer.descriptor.digest)
        try scratch.shell(
            "mkdir root && tar -C root -xzf '\(blob)' && sha256sum '\(blob)' > sum && gzip -dc '\(blob)' | sha256sum > tar")
        #expect(try String(decoding: scratch.bytes("sum"), as: UTF8.self).hasPrefix(layer.descriptor.digest.hexadecimal))
        #expect(try String(decoding: scratch.bytes("tar"), as: UTF8.self).hasPrefix(layer.diffID.hexadecimal))
        #expect(try scratch.bytes("root/app/current") == Array("#!/bin/sh\n".utf8))
        #expect(try scratch.shell("stat -c %a root/app/bin/run root/etc/hello") == "755\n644\n")
    }

    @Test("a layer that was made before is not made again, unless its blob is gone or its entries differ")
    func remembered() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let writer = LayerWriter(store: store, cores: 2)
        try scratch.write("file", Array("one".utf8))
        let entries = [LayerEntry("file", .file(scratch.path + "/file"), mode: 0o644)]
        let first = try writer.layer(of: entries)
        let blob = store.blobs.path(of: first.descriptor.digest)
        let made = try FileManager.default.attributesOfItem(atPath: blob)[.systemFileNumber] as? Int
        #expect(try writer.layer(of: entries) == first)
        #expect(try FileManager.default.attributesOfItem(atPath: blob)[.systemFileNumber] as? Int == made)
        try FileManager.default.removeItem(atPath: blob)
        #expect(try writer.layer(of: entries) == first && store.blobs.has(first.descriptor.digest))
        try scratch.write("file", Array("two".utf8))
        #expect(try writer.layer(of: entries).diffID != first.diffID)
        let other = [LayerEntry("file", .file(scratch.path + "/file"), mode: 0o755)]
        #expect(try writer.layer(of: other).diffID != writer.layer(of: entries).diffID)
    }

    @Test("a file that is gone is told, and nothing half-written stays")
    func gone() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let entries = [LayerEntry("a", .bytes([1]), mode: 0o644), LayerEntry("b", .file(scratch.path + "/none"), mode: 0o644)]
        let error = #expect(throws: OCIError.self) { try LayerWriter(store: store, cores: 1).layer(of: entries) }
        #expect(error?.code == .notFound)
        #expect(scratch.names("store/blobs/sha256") == [])
    }

    @Test("on a full disk it says so, and nothing half-written stays", .enabled(if: Tmpfs.isPossible, Tmpfs.reason))
    func fullDisk() throws {
        let disk = try Tmpfs(kibibytes: 512)
        let scratch = try Scratch(in: disk.path)
        let store = try scratch.store()
        var generator = SystemRandomNumberGenerator()
        let large = (0..<(1 << 20)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let error = #expect(throws: OCIError.self) {
            try LayerWriter(store: store, cores: 1).layer(of: [LayerEntry("a", .bytes(large), mode: 0o644)])
        }
        #expect(error?.code == .diskFull)
        #expect(scratch.names("store/blobs/sha256") == [])
    }

    @Test("what a writer that was killed left behind is removed, what another still writes is not")
    func leftovers() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        try scratch.write("store/blobs/sha256/.partial-1", [1, 2, 3])
        let writer = try store.blobs.writer()
        try writer.write([1, 2, 3])
        let again = try scratch.store()
        #expect(scratch.names("store/blobs/sha256").count == 1)
        let (digest, size) = try writer.finish()
        #expect(size == 3 && again.blobs.has(digest))
        #expect(try again.blobs.bytes(of: digest) == [1, 2, 3])
    }

    @Test("a blob that is not what was promised is not kept")
    func promised() throws {
        let scratch = try Scratch()
        let store = try scratch.store()
        let writer = try store.blobs.writer()
        try writer.write([1])
        let promised = Descriptor(mediaType: MediaType.layer, digest: .of([2]), size: 1)
        let error = #expect(throws: OCIError.self) { try writer.finish(expecting: promised, from: "ghcr.io") }
        #expect(error?.code == .digestMismatch && error?.place == "ghcr.io")
        #expect(!store.blobs.has(.of([1])) && !store.blobs.has(.of([2])))
    }
}
