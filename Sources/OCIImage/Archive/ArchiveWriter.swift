import Glibc
import SystemPackage

/// Writes images into one tar archive that is two things at once: an OCI image layout, and what `docker load` takes. Docker itself
/// has written its archives so since version 25; older ones read the second half.
public struct ArchiveWriter: Sendable {
    private let store: ImageStore

    /// Makes one that takes images from a store.
    public init(store: ImageStore) {
        self.store = store
    }

    /// Writes an image, or an index and its images, with a name. The file is there whole or not at all.
    ///
    /// - Parameter forDocker: The image that `docker load` takes of several.
    ///
    /// Throws ``OCIError`` `.diskFull`, `.system`.
    public func write(
        _ top: Descriptor, images: [Image], forDocker: Image?, name: ImageReference, to path: String
    ) throws(OCIError) {
        let partial = "\(path).\(UInt64.random(in: 0...UInt64.max)).partial"
        do throws(OCIError) {
            try writeAll(top, images, forDocker, name, to: partial)
            try SystemFiles.rename(partial, to: path)
        } catch {
            unlink(partial)
            throw error
        }
    }

    private func writeAll(
        _ top: Descriptor, _ images: [Image], _ forDocker: Image?, _ name: ImageReference, to path: String
    ) throws(OCIError) {
        let file = try SystemFiles.open(
            path, .writeOnly, options: [.create, .exclusiveCreate], permissions: [.ownerReadWrite, .groupRead, .otherRead])
        defer { try? file.close() }
        let tar = TarWriter()
        func put(_ bytes: ArraySlice<UInt8>) throws(OCIError) {
            try SystemFiles.doing("write", path) { _ = try file.writeAll(bytes) }
        }
        func put(file name: String, _ bytes: [UInt8]) throws(OCIError) {
            try tar.write(LayerEntry(name, .bytes(bytes), mode: 0o644), put)
        }
        for folder in ["blobs", "blobs/sha256"] {
            try tar.write(LayerEntry(folder, .folder, mode: 0o755), put)
        }
        var parts = Set(images.flatMap { $0.blobs + [$0.descriptor] }.map(\.digest))
        parts.insert(top.digest)
        for digest in parts.sorted(by: { $0.hexadecimal < $1.hexadecimal }) {
            let blob = LayerEntry("blobs/sha256/\(digest.hexadecimal)", .file(store.blobs.path(of: digest)), mode: 0o644)
            try tar.write(blob, put)
        }
        try put(file: "index.json", try CanonicalJSON.bytes(Self.index(top, name)))
        try put(file: "manifest.json", try CanonicalJSON.bytes(forDocker.map { [Self.saved($0, name)] } ?? []))
        try put(file: "oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
        try put(TarWriter.end[...])
    }

    private static func index(_ top: Descriptor, _ name: ImageReference) -> ImageIndex {
        var top = top
        top.annotations = [
            "io.containerd.image.name": "\(name.name):\(name.tagOrStandard)",
            "org.opencontainers.image.ref.name": name.tagOrStandard,
        ]
        return ImageIndex(manifests: [top])
    }

    private static func saved(_ image: Image, _ name: ImageReference) -> SavedImage {
        SavedImage(
            config: "blobs/sha256/\(image.manifest.config.digest.hexadecimal)", repositoryTags: [name.familiar],
            layers: image.manifest.layers.map { "blobs/sha256/\($0.digest.hexadecimal)" })
    }
}

extension ImageReference {
    /// With its tag, and without what Docker leaves out: `hello:latest` for `docker.io/library/hello`.
    public var familiar: String {
        "\(familiarRepository):\(tagOrStandard)"
    }

    /// Registry and repository, without what Docker leaves out.
    public var familiarRepository: String {
        registry != Self.standardRegistry
            ? name : repository.hasPrefix("library/") ? String(repository.dropFirst("library/".count)) : repository
    }
}
