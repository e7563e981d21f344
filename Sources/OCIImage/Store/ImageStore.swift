import FoundationEssentials
import Glibc
import SystemPackage

/// Images in a folder: an OCI image layout (specification, "Image Layout"), which other tools read too. In a store that layers were
/// made in, `layers/` beside it remembers which layer came of which entries.
public struct ImageStore: Sendable {
    /// The folder.
    public let path: String
    /// Its blobs.
    public let blobs: BlobStore

    private static let layoutFile: [UInt8] = Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)

    /// Opens a store; makes it when it is not there. Throws ``OCIError`` when it cannot be made, or the folder holds something else.
    public init(path: String) throws(OCIError) {
        self.path = path
        blobs = BlobStore(folder: path + "/blobs/sha256")
        let isNew = !SystemFiles.exists(path + "/oci-layout")
        guard !isNew || !SystemFiles.exists(path + "/index.json") else {
            throw OCIError(.badImage, at: path, "holds something else than images: there is index.json and no oci-layout")
        }
        for folder in [path, path + "/blobs", blobs.folder] { try SystemFiles.makeFolder(folder) }
        if isNew { try SystemFiles.write(Self.layoutFile, to: path + "/oci-layout") }
        blobs.removeLeftovers()
    }

    /// Opens a layout that somebody else made, to read it. Throws ``OCIError`` `.badImage` when it is none.
    public init(reading path: String) throws(OCIError) {
        self.path = path
        blobs = BlobStore(folder: path + "/blobs/sha256")
        guard SystemFiles.exists(path + "/oci-layout"), SystemFiles.exists(path + "/index.json") else {
            throw OCIError(.badImage, at: path, "is no OCI image layout: oci-layout or index.json is missing")
        }
    }

    // MARK: Images

    /// The image that a descriptor points at, its manifest and configuration checked against each other.
    ///
    /// Throws ``OCIError`` `.notFound`, `.badImage`.
    public func image(_ descriptor: Descriptor) throws(OCIError) -> Image {
        let manifest = try manifest(descriptor)
        let config = try CanonicalJSON.value(
            ImageConfig.self, from: try blobs.bytes(of: manifest.config.digest),
            at: "configuration \(manifest.config.digest.short)")
        return try Image(descriptor: descriptor, manifest: manifest, config: config)
    }

    /// The manifest that a descriptor points at.
    package func manifest(_ descriptor: Descriptor) throws(OCIError) -> ImageManifest {
        let place = "manifest \(descriptor.digest.short)"
        let manifest = try CanonicalJSON.value(ImageManifest.self, from: try blobs.bytes(of: descriptor.digest), at: place)
        guard manifest.layers.count <= ImageManifest.mostLayers else {
            throw OCIError(.badImage, at: place, "has more than \(ImageManifest.mostLayers) layers")
        }
        return manifest
    }

    /// Makes an image of a configuration and layers that lie here; the configuration gets the layers' digests.
    public func makeImage(_ config: ImageConfig, layers: [Layer], annotations: [String: String]? = nil) throws(OCIError) -> Image
    {
        var config = config
        config.rootfs.diffIDs = layers.map(\.diffID)
        return try makeImage(config, written: try CanonicalJSON.bytes(config), layers: layers, annotations: annotations)
    }

    /// The same of a configuration that somebody else has written, which stays to the byte: its digest is the image's id in an Engine.
    package func makeImage(
        _ config: ImageConfig, written bytes: [UInt8], layers: [Layer], annotations: [String: String]? = nil
    ) throws(OCIError) -> Image {
        let manifest = ImageManifest(
            config: Descriptor(mediaType: MediaType.config, digest: try blobs.put(bytes), size: bytes.count),
            layers: layers.map(\.descriptor.asOCI), annotations: annotations)
        let manifestBytes = try CanonicalJSON.bytes(manifest)
        let descriptor = Descriptor(
            mediaType: MediaType.manifest, digest: try blobs.put(manifestBytes), size: manifestBytes.count,
            platform: config.platform)
        return try Image(descriptor: descriptor, manifest: manifest, config: config)
    }

    /// Makes an index of images that lie here.
    public func makeIndex(_ images: [Image], annotations: [String: String]? = nil) throws(OCIError) -> Descriptor {
        let bytes = try CanonicalJSON.bytes(ImageIndex(manifests: images.map(\.descriptor), annotations: annotations))
        return Descriptor(mediaType: MediaType.index, digest: try blobs.put(bytes), size: bytes.count)
    }

    /// The index that a descriptor points at.
    public func index(_ descriptor: Descriptor) throws(OCIError) -> ImageIndex {
        try CanonicalJSON.value(
            ImageIndex.self, from: try blobs.bytes(of: descriptor.digest), at: "index \(descriptor.digest.short)")
    }

    // MARK: Names

    private static let nameKey = "org.opencontainers.image.ref.name"

    /// What `index.json` lists.
    public func listed() throws(OCIError) -> [Descriptor] {
        guard SystemFiles.exists(path + "/index.json") else { return [] }
        let bytes = try SystemFiles.bytes(of: path + "/index.json", longest: CanonicalJSON.longest)
        return try CanonicalJSON.value(ImageIndex.self, from: bytes, at: path + "/index.json").manifests
    }

    /// What has a name; with nil, the only one there is. Throws ``OCIError`` `.notFound` with the names that there are.
    public func descriptor(named name: String?) throws(OCIError) -> Descriptor {
        let all = try listed()
        if name == nil, all.count == 1 { return all[0] }
        if let found = all.last(where: { name != nil && $0.annotations?[Self.nameKey] == name }) { return found }
        let names = all.compactMap { $0.annotations?[Self.nameKey] }.prefix(10).joined(separator: ", ")
        throw OCIError(
            .notFound, at: path, name.map { "holds no image named '\($0)'" } ?? "holds \(all.count) images, and none was named",
            next: names.isEmpty ? nil : "there are: \(names)")
    }

    /// Gives an image or an index a name, which it takes away from whoever had it.
    public func name(_ descriptor: Descriptor, _ name: String) throws(OCIError) {
        try locked { () throws(OCIError) in
            var named = descriptor
            named.annotations = (descriptor.annotations ?? [:]).merging([Self.nameKey: name]) { _, new in new }
            let others = try listed().filter { $0.annotations?[Self.nameKey] != name }
            let bytes = try CanonicalJSON.bytes(ImageIndex(manifests: others + [named]))
            try SystemFiles.write(bytes, to: path + "/index.json")
        }
    }

    /// One at a time, also among processes. The folder itself is what is locked: a layout holds no file but its own.
    private func locked(_ body: () throws(OCIError) -> Void) throws(OCIError) {
        let file = try SystemFiles.open(path, .readOnly, options: .directory)
        defer { try? file.close() }
        try SystemFiles.doing("flock", path) {
            while flock(file.rawValue, LOCK_EX) != 0 {
                if errno != EINTR { throw Errno(rawValue: errno) }
            }
        }
        try body()
    }

    // MARK: Layers that were made before

    /// The layer that came of these entries, if its blob is still here.
    func knownLayer(_ key: Digest) -> Layer? {
        guard let bytes = try? SystemFiles.bytes(of: "\(path)/layers/\(key.hexadecimal)", longest: 4096),
            let layer = try? CanonicalJSON.value(Layer.self, from: bytes, at: "layer"),
            SystemFiles.size(of: blobs.path(of: layer.descriptor.digest)) == layer.descriptor.size
        else { return nil }
        return layer
    }

    func remember(_ layer: Layer, as key: Digest) throws(OCIError) {
        try SystemFiles.makeFolder(path + "/layers")
        try SystemFiles.write(try CanonicalJSON.bytes(layer), to: "\(path)/layers/\(key.hexadecimal)")
    }
}
