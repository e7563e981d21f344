/// One image: its configuration and its layers, the lowest first (OCI image specification, "Image Manifest").
public struct ImageManifest: Hashable, Codable, Sendable {
    /// Always 2.
    public var schemaVersion = 2
    /// A ``MediaType``; nil: that of what pointed here.
    public var mediaType: String?
    /// The configuration.
    public var config: Descriptor
    /// The layers.
    public var layers: [Descriptor]
    /// Notes about the image.
    public var annotations: [String: String]?

    /// Makes one.
    public init(config: Descriptor, layers: [Descriptor], annotations: [String: String]? = nil) {
        mediaType = MediaType.manifest
        self.config = config
        self.layers = layers
        self.annotations = annotations
    }

    /// Everything that it points at, the configuration first.
    public var parts: [Descriptor] { [config] + layers }

    /// More than any image has.
    public static let mostLayers = 512
}

/// Several images under one name, one for each platform (OCI image specification, "Image Index").
public struct ImageIndex: Hashable, Codable, Sendable {
    /// Always 2.
    public var schemaVersion = 2
    /// A ``MediaType``.
    public var mediaType: String?
    /// The images.
    public var manifests: [Descriptor]
    /// Notes about the index.
    public var annotations: [String: String]?

    /// Makes one.
    public init(manifests: [Descriptor], annotations: [String: String]? = nil) {
        mediaType = MediaType.index
        self.manifests = manifests
        self.annotations = annotations
    }

    /// The image for a platform; one that names none serves where it is the only one.
    public func manifest(for platform: ImagePlatform) -> Descriptor? {
        let images = manifests.filter { $0.annotations?["vnd.docker.reference.type"] == nil }
        if let exact = images.first(where: { $0.platform?.serves(platform) ?? false }) { return exact }
        return images.count == 1 && images[0].platform == nil ? images[0] : nil
    }
}
