import DockerClient
public import OCIImage
public import OCIRegistry

/// Brings base images into the store.
public struct BaseLoader: Sendable {
    private let store: ImageStore
    private let registry: RegistryClient
    private let cores: Int
    private let engine: EngineImages?

    /// Makes one.
    ///
    /// - Parameter engine: The images of the Docker Engine of this machine; nil: it is not asked.
    public init(store: ImageStore, registry: RegistryClient, cores: Int, engine: EngineImages? = nil) {
        (self.store, self.registry, self.cores, self.engine) = (store, registry, cores, engine)
    }

    /// The image of a source for a platform. A tag is asked for anew each time, for it may have moved; when the registry does not answer,
    /// the image that it last named is taken, else the one of that name that the Docker Engine has, and `warn` says so.
    ///
    /// Throws `OCIError`, `RegistryError`, `DockerError`.
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
        case .engine(let reference):
            guard let engine else { throw OCIError(.notFound, at: "\(source)", "no Docker Engine is asked here") }
            return try await engine.take(reference, into: store, for: platform)
        case .registry(let reference):
            let remembered = "base \(reference) \(platform)"
            do {
                let image = try await registry.pull(reference, for: platform, into: store, progress: progress)
                try store.name(image.descriptor, remembered)
                return image
            } catch let error as RegistryError where error.code == .unreachable {
                if let known = try? store.image(try store.descriptor(named: remembered)) {
                    warn("\(reference) as it was when it was last pulled: \(error)")
                    return known
                }
                guard let engine, await engine.has(reference) else { throw error }
                let image = try await engine.take(reference, into: store, for: platform)
                warn("\(reference) as the Docker Engine at \(engine.host) has it: \(error)")
                return image
            }
        }
    }
}
