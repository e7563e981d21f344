/// Points at content by its digest (OCI image specification, "Content Descriptors").
public struct Descriptor: Hashable, Codable, Sendable {
    /// What it is, a ``MediaType``.
    public var mediaType: String
    /// Its digest.
    public var digest: Digest
    /// Its size in bytes.
    public var size: Int
    /// The machine that it is for, in an index.
    public var platform: ImagePlatform?
    /// Notes about it.
    public var annotations: [String: String]?

    /// Makes one.
    public init(
        mediaType: String, digest: Digest, size: Int, platform: ImagePlatform? = nil, annotations: [String: String]? = nil
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.platform = platform
        self.annotations = annotations
    }

    /// The same layer in an OCI manifest, which knows no types of Docker's.
    var asOCI: Descriptor {
        var descriptor = self
        descriptor.mediaType = MediaType.oci(layer: mediaType)
        return descriptor
    }
}
