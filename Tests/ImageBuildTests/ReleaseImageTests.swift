import BeamRelease
import Foundation
import OCIImage
import Testing

@testable import ImageBuild

@Suite("The release in an image that is there already")
struct ReleaseImageTests {
    private let scratch: Scratch
    private let store: ImageStore
    private let base: Image

    init() throws {
        scratch = try Scratch()
        store = try ImageStore(path: scratch.path + "/store")
        base = try scratch.base(in: store)
        try FileManager.default.createDirectory(atPath: scratch.path + "/out", withIntermediateDirectories: true)
    }

    private func built(_ release: Release) throws -> Image {
        let facts = ImageFacts(app: "shop", httpPort: 4000, commit: String(repeating: "c", count: 40))
        return try NativeBuilder(store: store, cores: 2).build(
            release, facts, on: base, named: "base", bringsLibraries: false
        ).image
    }

    /// The base with a layer of these entries on top.
    private func image(_ entries: [LayerEntry]) throws -> Image {
        let layer = try LayerWriter(store: store, cores: 1).layer(of: LayerEntry.withFolders(entries))
        return try store.makeImage(base.config, layers: base.layers + [layer])
    }

    private func unpack(_ image: Image) throws -> Release {
        try ReleaseImage(image, in: store, at: "shop:1").unpack(into: scratch.path + "/out")
        return try Release.read(at: ReleaseImage.root(in: scratch.path + "/out"))
    }

    private static let facts = LayerEntry("beamctl/release", .bytes(Array("name=shop\n".utf8)), mode: 0o644)

    @Test("is the one that it was made of: same name, version, applications, files, and the commit")
    func same() throws {
        let release = try scratch.release()
        let image = try built(release)
        let unpacked = try unpack(image)
        #expect(unpacked.name == release.name && unpacked.version == release.version && unpacked.erts == release.erts)
        #expect(unpacked.tool == release.tool && unpacked.applications == release.applications)
        #expect(ReleaseImage(image, in: store, at: "").commit == String(repeating: "c", count: 40))
        #expect(FileManager.default.isExecutableFile(atPath: unpacked.root + "/bin/shop"))
        // Another image of it carries the same.
        #expect(try built(unpacked).layers.last == image.layers.last)
    }

    @Test("an image without one is told by name, with what makes such images")
    func foreign() throws {
        let error = #expect(throws: OCIError.self) { try unpack(base) }
        #expect(error?.code == .badImage && error?.place == "shop:1" && error?.next?.contains("beamctl build") == true)
    }

    @Test("nothing is written through a link; a link within the release stays one")
    func links() throws {
        let outside = try image([Self.facts, LayerEntry("app/lib", .link("/etc"), mode: 0o777)])
        let through = try store.makeImage(
            base.config,
            layers: outside.layers + [
                try LayerWriter(store: store, cores: 1).layer(of: [
                    LayerEntry("app/lib/passwd", .bytes(Array("x".utf8)), mode: 0o644)
                ])
            ])
        let error = #expect(throws: OCIError.self) { try unpack(through) }
        #expect(error?.code == .badImage, "\(String(describing: error))")

        try FileManager.default.removeItem(atPath: scratch.path + "/out")
        try FileManager.default.createDirectory(atPath: scratch.path + "/out", withIntermediateDirectories: true)
        let inside = try image([
            Self.facts, LayerEntry("app/bin/shop", .bytes([]), mode: 0o755),
            LayerEntry("app/releases/1/run", .link("/app/bin/shop"), mode: 0o777),
        ])
        try ReleaseImage(inside, in: store, at: "x").unpack(into: scratch.path + "/out")
        let link = ReleaseImage.root(in: scratch.path + "/out") + "/releases/1/run"
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../../bin/shop")
    }
}
