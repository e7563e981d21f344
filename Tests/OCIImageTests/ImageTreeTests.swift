import Testing

@testable import OCIImage

@Suite("The file system of an image")
struct ImageTreeTests {
    private let scratch: Scratch
    private let store: ImageStore

    init() throws {
        scratch = try Scratch()
        store = try scratch.store()
    }

    private func image(_ layers: [[LayerEntry]]) throws -> Image {
        let writer = LayerWriter(store: store, cores: 1)
        return try store.makeImage(
            ImageConfig(platform: ImagePlatform(architecture: "amd64")), layers: try layers.map { try writer.layer(of: $0) })
    }

    private func tree(_ layers: [[LayerEntry]]) throws -> ImageTree { try ImageTree(of: try image(layers), in: store) }

    @Test("a later layer adds, replaces, removes and hides")
    func overlay() throws {
        let tree = try tree([
            [.text("a/one", "1"), .text("a/two", "2"), .text("b/three", "3"), .text("c", "c")],
            [.text("a/.wh.two", ""), .text("b/.wh..wh..opq", ""), .text("b/four", "4"), .text("c/inside", "now a folder")],
        ])
        #expect(tree.nodes["a/one"] == .file(size: 1, mode: 0o644) && tree.nodes["a/two"] == nil)
        #expect(tree.nodes["b/three"] == nil && tree.nodes["b/four"] != nil && tree.nodes["c/inside"] != nil)
        #expect(tree.nodes.keys.allSatisfy { !$0.contains(".wh.") })
    }

    @Test("a whole folder is removed by its mark, and may come again in the same layer")
    func folders() throws {
        let tree = try tree([
            [.text("a/b/c", "1"), .text("a/d", "2")], [.text(".wh.a", "")], [.text("a/e", "3")],
        ])
        #expect(tree.nodes.keys.sorted() == ["a", "a/e"])
    }

    @Test("links are followed as the kernel does, and circles end")
    func links() throws {
        let tree = try tree([
            [
                LayerEntry("lib", .link("usr/lib"), mode: 0o777), .text("usr/lib/x/libc.so.6", "c"),
                LayerEntry("usr/lib/x/libt.so", .link("/lib/x/libc.so.6"), mode: 0o777),
                LayerEntry("usr/lib/up", .link("../lib/x"), mode: 0o777),
                LayerEntry("round", .link("about"), mode: 0o777), LayerEntry("about", .link("round"), mode: 0o777),
            ]
        ])
        #expect(tree.resolve("/lib/x/libt.so") == "usr/lib/x/libc.so.6")
        #expect(tree.resolve("lib/up/./libc.so.6") == "usr/lib/x/libc.so.6")
        #expect(tree.resolve("round") == nil && tree.resolve("nowhere") == nil && tree.resolve("lib/../lib/x") == "usr/lib/x")
    }

    @Test("contents that are wanted are handed over, others are not")
    func contents() throws {
        var found: [String: [UInt8]] = [:]
        let image = try image([[.text("a", "one"), .text("b", "too long"), .text("c", "two")]])
        _ = try ImageTree(of: image, in: store) { path, _ in
            path == "c" ? nil : 3
        } found: {
            found[$0] = $1
        }
        #expect(found == ["a": Array("one".utf8)])
    }

    @Test("a layer with a path that leads out is refused")
    func hostile() throws {
        let tar = TarWriter()
        let bytes = tar.header(TarEntry(path: "../../etc/passwd", kind: .file, mode: 0o644, size: 0)) + TarWriter.end
        let layer = try LayerWriter(store: store, cores: 1).layer(ofTar: MemorySource(bytes))
        let image = try store.makeImage(ImageConfig(platform: ImagePlatform(architecture: "amd64")), layers: [layer])
        let error = #expect(throws: OCIError.self) { try ImageTree(of: image, in: store) }
        #expect(error?.code == .badArchive)
    }
}
