/// One image that lies in a store: its manifest and its configuration.
public struct Image: Hashable, Sendable {
    /// Points at the manifest.
    public let descriptor: Descriptor
    /// The manifest.
    public let manifest: ImageManifest
    /// The configuration.
    public let config: ImageConfig

    /// Puts them together. Throws ``OCIError`` `.badImage` when they do not fit.
    init(descriptor: Descriptor, manifest: ImageManifest, config: ImageConfig) throws(OCIError) {
        guard manifest.layers.count == config.rootfs.diffIDs.count else {
            throw OCIError(
                .badImage, at: "manifest \(descriptor.digest.short)",
                "has \(manifest.layers.count) layers, and its configuration \(config.rootfs.diffIDs.count)")
        }
        var descriptor = descriptor
        descriptor.platform = descriptor.platform ?? config.platform
        (self.descriptor, self.manifest, self.config) = (descriptor, manifest, config)
    }

    /// Its layers, the lowest first.
    public var layers: [Layer] {
        zip(manifest.layers, config.rootfs.diffIDs).map { Layer(descriptor: $0, diffID: $1) }
    }

    /// Everything that its manifest points at.
    public var blobs: [Descriptor] { manifest.parts }

    /// Bytes of manifest, configuration and layers, each layer once.
    public var size: Int {
        let layers = Dictionary(manifest.layers.map { ($0.digest, $0.size) }) { first, _ in first }
        return descriptor.size + manifest.config.size + layers.values.reduce(0, +)
    }
}
