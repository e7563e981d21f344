import Glibc
import SystemPackage

/// Takes an image out of an archive: what `docker save` writes, an OCI image layout in a tar archive, or the root of a file system
/// (`debootstrap`, `docker export`), each plain or through gzip.
public struct ArchiveReader: Sendable {
    private let store: ImageStore
    private let writer: LayerWriter
    /// More than any base has; what unpacks to more is refused.
    private static let longest = 64 << 30

    /// Makes one that puts what it reads into a store.
    public init(store: ImageStore, cores: Int) {
        self.store = store
        writer = LayerWriter(store: store, cores: cores)
    }

    /// Reads the image for a platform. Throws ``OCIError``: `.badArchive`, `.badImage`, `.digestMismatch`, `.noPlatform`.
    public func read(_ path: String, for platform: ImagePlatform) throws(OCIError) -> Image {
        // Compressing a file system takes seconds, and an archive is used many times.
        let name = "archive \(try store.digest(ofFile: path)) \(platform)"
        if let known = try? store.image(try store.descriptor(named: name)), known.blobs.allSatisfy({ store.blobs.has($0.digest) })
        {
            return known
        }
        let image = try readAnew(path, for: platform)
        try store.name(image.descriptor, name)
        return image
    }

    private func readAnew(_ path: String, for platform: ImagePlatform) throws(OCIError) -> Image {
        var magic = [UInt8](repeating: 0, count: 2)
        guard try FileSource(path).read(into: &magic) == 2 else { throw OCIError(.badArchive, at: path, "is empty") }
        guard magic == [0x1F, 0x8B] else { return try readPlain(path, for: platform, named: path) }
        let unpacked = "\(store.path)/.unpacked-\(UInt64.random(in: 0...UInt64.max))"
        defer { unlink(unpacked) }
        try unpack(path, to: unpacked)
        return try readPlain(unpacked, for: platform, named: path)
    }

    private func unpack(_ path: String, to target: String) throws(OCIError) {
        let source = try Inflation(try FileSource(path), at: path, longest: Self.longest)
        let file = try SystemFiles.open(target, .writeOnly, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        defer { try? file.close() }
        try source.forEachPiece { piece throws(OCIError) in
            try SystemFiles.doing("write", target) { _ = try file.writeAll(piece) }
        }
    }

    private func readPlain(_ path: String, for platform: ImagePlatform, named name: String) throws(OCIError) -> Image {
        let index = try ArchiveIndex(path: path)
        let image: Image
        if index.files["index.json"] != nil, index.files["oci-layout"] != nil {
            image = try readLayout(index, for: platform, named: name)
        } else if index.files["manifest.json"] != nil {
            image = try readSaved(index, for: platform, named: name)
        } else if index.isFileSystem {
            var config = ImageConfig(platform: ImagePlatform(architecture: index.architecture ?? platform.architecture))
            config.history = [ImageConfig.History(created: nil, createdBy: "beamctl", comment: "the root of a file system")]
            image = try store.makeImage(config, layers: [try writer.layer(ofTar: try FileSource(path))])
        } else {
            throw OCIError(
                .badImage, at: name, "is no image: it has neither manifest.json nor index.json, nor the folders of a file system",
                next: "make one with docker save, skopeo copy … oci-archive:, or tar -C <root> -c .")
        }
        guard image.config.platform.serves(platform) else {
            throw OCIError(.noPlatform, at: name, "is for \(image.config.platform), not for \(platform)")
        }
        return image
    }

    private func readLayout(_ archive: ArchiveIndex, for platform: ImagePlatform, named name: String) throws(OCIError) -> Image {
        let blob = { (digest: Digest) in "blobs/sha256/\(digest.hexadecimal)" }
        var index = try CanonicalJSON.value(ImageIndex.self, from: try archive.bytes("index.json"), at: "\(name), index.json")
        for _ in 0..<4 {
            guard let found = index.manifest(for: platform) ?? (index.manifests.count == 1 ? index.manifests[0] : nil) else {
                throw OCIError.noImage(for: platform, among: index, at: name)
            }
            let bytes = try archive.bytes(blob(found.digest))
            guard Digest.of(bytes) == found.digest else {
                throw OCIError(.digestMismatch, at: name, "\(blob(found.digest)) is not what its name says")
            }
            if MediaType.indexes.contains(found.mediaType) {
                index = try CanonicalJSON.value(ImageIndex.self, from: bytes, at: "\(name), index")
                continue
            }
            let manifest = try CanonicalJSON.value(ImageManifest.self, from: bytes, at: "\(name), manifest")
            guard manifest.layers.count <= ImageManifest.mostLayers else {
                throw OCIError(.badImage, at: name, "has more than \(ImageManifest.mostLayers) layers")
            }
            for part in [found, manifest.config] + manifest.layers where !store.blobs.has(part.digest) {
                try store.copy(part, from: try archive.source(blob(part.digest)), at: "\(name), \(blob(part.digest))")
            }
            return try store.image(found)
        }
        throw OCIError(.badImage, at: name, "is an index of indexes of indexes without end")
    }

    private func readSaved(_ archive: ArchiveIndex, for platform: ImagePlatform, named name: String) throws(OCIError) -> Image {
        let saved = try CanonicalJSON.value(
            [SavedImage].self, from: try archive.bytes("manifest.json"), at: "\(name), manifest.json")
        var configs: [(SavedImage, ImageConfig, written: [UInt8])] = []
        for image in saved.prefix(64) {
            let place = "\(name), \(image.config)"
            let bytes = try archive.bytes(image.config)
            configs.append((image, try CanonicalJSON.value(ImageConfig.self, from: bytes, at: place), bytes))
        }
        guard let (image, config, written) = configs.first(where: { $0.1.platform.serves(platform) }) else {
            throw OCIError(
                .noPlatform, at: name, "has no image for \(platform)",
                next: configs.first.map { "it is for \($0.1.platform)" })
        }
        guard image.layers.count == config.rootfs.diffIDs.count, image.layers.count <= ImageManifest.mostLayers else {
            throw OCIError(
                .badImage, at: name, "has \(image.layers.count) layers and \(config.rootfs.diffIDs.count) digests of layers")
        }
        var layers: [Layer] = []
        for (path, diffID) in zip(image.layers, config.rootfs.diffIDs) {
            let layer = try writer.layer(ofTar: try tar(path, in: archive))
            guard layer.diffID == diffID else {
                throw OCIError(.digestMismatch, at: name, "\(TarPath.shown(path)) is not the layer \(diffID)")
            }
            layers.append(layer)
        }
        return try store.makeImage(config, written: written, layers: layers)
    }

    /// A layer's tar archive, which may be compressed.
    private func tar(_ path: String, in archive: ArchiveIndex) throws(OCIError) -> any ByteSource {
        var magic = [UInt8](repeating: 0, count: 2)
        _ = try archive.source(path).read(into: &magic)
        let source = try archive.source(path)
        return magic == [0x1F, 0x8B] ? try Inflation(source, at: archive.path, longest: Self.longest) : source
    }
}

/// One image in the `manifest.json` of what `docker save` writes (Docker image specification 1.2, "Combined Image JSON").
struct SavedImage: Codable {
    var config: String
    var repositoryTags: [String]?
    var layers: [String]

    enum CodingKeys: String, CodingKey {
        case config = "Config"
        case repositoryTags = "RepoTags"
        case layers = "Layers"
    }
}
