public import DockerClient
import Glibc
import HTTPTransport
public import OCIImage

/// Builds images with the classic builder of a Docker Engine, and takes them from there into a store.
public struct EngineBuilder: Sendable {
    private let engine: DockerEngine
    /// Where archives lie while they are sent or fetched.
    private let folder: String

    /// Makes one; `folder` is to be there.
    public init(engine: DockerEngine, folder: String) {
        (self.engine, self.folder) = (engine, folder)
    }

    /// Builds an image; `tell` gets every line that the Engine writes. Returns its id. Throws `DockerError`, `OCIError`.
    public func build(
        _ context: BuildContext, name: String, arguments: [String: String], tell: @escaping @Sendable (String) -> Void
    ) async throws -> String {
        try await withArchive(of: context) { archive in
            guard let upload = HTTPUpload.file(archive) else { throw OCIError(.notFound, at: archive, "it is gone") }
            return try await EngineRoom.explaining(engine) {
                try await engine.build(
                    DockerEngine.BuildRequest(
                        context: upload, dockerfile: BuildContext.dockerfile, name: name, arguments: arguments),
                    tell: tell)
            }
        }
    }

    /// Hands over a context as a tar archive, which is gone afterwards.
    public func withArchive<Value>(of context: BuildContext, _ body: (_ path: String) async throws -> Value) async throws -> Value
    {
        let archive = temporary("context")
        defer { unlink(archive) }
        try context.write(to: archive)
        return try await body(archive)
    }

    /// Takes an image of the Engine into a store. Throws `DockerError`, `OCIError`.
    public func take(_ image: String, into store: ImageStore, for platform: ImagePlatform, cores: Int) async throws -> Image {
        let archive = temporary("image")
        defer { unlink(archive) }
        try await engine.save(image, to: archive)
        return try ArchiveReader(store: store, cores: cores).read(archive, for: platform)
    }

    /// Gives an image of a store to the Engine. Throws `DockerError`, `OCIError`.
    public func give(_ image: Image, of store: ImageStore, as name: ImageReference) async throws {
        try await Self.withArchive(of: image, of: store, as: name, in: folder) { archive in
            guard let upload = HTTPUpload.file(archive) else { throw OCIError(.notFound, at: archive, "it is gone") }
            try await EngineRoom.explaining(engine) { try await engine.load(upload) }
        }
    }

    /// Hands over an image of a store as an archive that an Engine takes, which is gone afterwards. Throws `OCIError`.
    public static func withArchive(
        of image: Image, of store: ImageStore, as name: ImageReference, in folder: String,
        _ body: (_ path: String) async throws -> Void
    ) async throws {
        let archive = temporary("image", in: folder)
        defer { unlink(archive) }
        try ArchiveWriter(store: store).write(image.descriptor, images: [image], forDocker: image, name: name, to: archive)
        try await body(archive)
    }

    private func temporary(_ what: String) -> String { Self.temporary(what, in: folder) }

    private static func temporary(_ what: String, in folder: String) -> String {
        "\(folder)/.\(what)-\(UInt64.random(in: 0...UInt64.max)).tar"
    }
}
