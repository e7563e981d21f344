/// A layer that lies in a store.
public struct Layer: Hashable, Codable, Sendable {
    /// Points at the compressed tar archive.
    public var descriptor: Descriptor
    /// The digest of the tar archive itself.
    public var diffID: Digest

    /// Makes one.
    public init(descriptor: Descriptor, diffID: Digest) {
        self.descriptor = descriptor
        self.diffID = diffID
    }
}
