public import OCIImage
public import OCIRegistry

/// Brings base images into the store.
public struct BaseLoader: Sendable {
    private let store: ImageStore
    private let registry: RegistryClient
    private let cores: Int

    /// Makes one.
    public init(store: ImageStore, registry: RegistryClient, cores: Int) {
        (self.store, self.registry, self.cores) = (store, registry, cores)
    }

    /// The image of a source for a platform. A tag is asked for anew each time, for it may have moved; when the registry does not answer,
    /// the image that it last named is taken, and `warn` says so.
    ///
    /// Throws `OCIError`, `RegistryError`.
    public func load(
        _ source: BaseSource, for platform: ImagePlatform, warn: (String) -> Void,
        progress: @escaping @Sendable (RegistryClient.Progress) -> Void
    ) async throws -> Image {
        switch source {
        case .archive(let path):
            return try ArchiveReader(store: store, cores: cores).read(path, for: platform)
        case .layout(let path, let name):
            let other = try ImageStore(reading: path)
            let image = try other.image(try other.descriptor(named: name), for: platform)
            return try store.copy(image, from: other)
        case .registry(let reference):
            let remembered = "base \(reference) \(platform)"
            do {
                let image = try await registry.pull(reference, for: platform, into: store, progress: progress)
                try store.name(image.descriptor, remembered)
                return image
            } catch let error as RegistryError where error.code == .unreachable {
                guard let known = try? store.image(try store.descriptor(named: remembered)) else { throw error }
                warn("\(reference) as it was when it was last pulled: \(error)")
                return known
            }
        }
    }
}
