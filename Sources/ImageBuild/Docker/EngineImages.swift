public import DockerClient
public import OCIImage

/// The images that the Docker Engine of this machine has of its own.
public struct EngineImages: Sendable {
    private let engine: DockerEngine
    private let builder: EngineBuilder
    private let cores: Int

    /// Makes one; `folder` is to be there, for archives on their way.
    public init(engine: DockerEngine, folder: String, cores: Int) {
        (self.engine, self.cores) = (engine, cores)
        builder = EngineBuilder(engine: engine, folder: folder)
    }

    /// Where the Engine is.
    public var host: DockerHost { engine.host }

    /// Whether it answers and has an image of that name, or of that digest.
    public func has(_ reference: ImageReference) async -> Bool { (try? await engine.image(Self.name(reference))) != nil }

    /// Takes one into a store; what was taken before is not asked for again. Throws `DockerError`, `OCIError`.
    public func take(_ reference: ImageReference, into store: ImageStore, for platform: ImagePlatform) async throws -> Image {
        let name = Self.name(reference)
        let known = "engine \(try await engine.image(name).id) \(platform)"
        if let image = try? store.image(try store.descriptor(named: known)), store.isWhole(image) { return image }
        let image = try await builder.take(name, into: store, for: platform, cores: cores)
        try store.name(image.descriptor, known)
        return image
    }

    /// Gives one another name. Throws `DockerError`.
    public func tag(_ reference: ImageReference, as other: ImageReference) async throws {
        try await engine.tag(Self.name(reference), repository: other.familiarRepository, tag: other.tagOrStandard)
    }

    /// As an Engine takes it: with a digest, no tag counts.
    private static func name(_ reference: ImageReference) -> String {
        reference.digest.map { "\(reference.familiarRepository)@\($0)" } ?? reference.familiar
    }
}
