/// What a descriptor points at (OCI image specification, "Media Types"), and what Docker called the same before.
public enum MediaType {
    /// A manifest of one image.
    public static let manifest = "application/vnd.oci.image.manifest.v1+json"
    /// A list of manifests, one for each platform.
    public static let index = "application/vnd.oci.image.index.v1+json"
    /// The configuration of an image.
    public static let config = "application/vnd.oci.image.config.v1+json"
    /// A layer, a tar archive through gzip.
    public static let layerGzip = "application/vnd.oci.image.layer.v1.tar+gzip"
    /// A layer, a plain tar archive.
    public static let layer = "application/vnd.oci.image.layer.v1.tar"

    /// Docker's manifest of one image (schema 2).
    public static let dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
    /// Docker's list of manifests.
    public static let dockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json"
    /// Docker's layer through gzip.
    public static let dockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip"

    /// What a manifest may come as.
    public static let manifests = [manifest, dockerManifest]
    /// What an index may come as.
    public static let indexes = [index, dockerIndex]

    /// How the tar archive of a layer is compressed.
    public enum Compression: Hashable, Sendable {
        /// Not at all.
        case none
        /// gzip.
        case gzip
        /// Zstandard, or something newer: it can be passed on, but not looked into.
        case other
    }

    /// How a layer is compressed.
    public static func compression(of layer: String) -> Compression {
        switch layer {
        case layerGzip, dockerLayerGzip: .gzip
        case self.layer, "application/vnd.docker.image.rootfs.diff.tar": .none
        default: layer.hasSuffix("+gzip") || layer.hasSuffix(".gzip") ? .gzip : layer.hasSuffix(".tar") ? .none : .other
        }
    }

    /// The same layer's type in an OCI manifest.
    public static func oci(layer: String) -> String { layer == dockerLayerGzip ? layerGzip : layer }
}
