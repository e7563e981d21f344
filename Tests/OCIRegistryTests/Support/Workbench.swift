import Foundation
import HTTPTransport
import OCIImage
import TestSupport

@testable import OCIRegistry

/// A store with an image in it, and a client.
struct Workbench {
    let folder: String
    let store: ImageStore
    let image: Image
    /// Never shut down: a test that ends with an error would leave that out.
    private static let transport = HTTPTransport()

    init() throws {
        folder = NSTemporaryDirectory() + "oci-registry-\(UInt64.random(in: 0...UInt64.max))"
        store = try ImageStore(path: folder)
        let writer = LayerWriter(store: store, cores: 1)
        var generator = SystemRandomNumberGenerator()
        let large = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let layers = [
            try writer.layer(of: [LayerEntry("large", .bytes(large), mode: 0o644)]), try writer.layer(of: [.text("small", "hi")]),
        ]
        image = try store.makeImage(ImageConfig(platform: ImagePlatform(architecture: "amd64")), layers: layers)
    }

    func client(
        _ credentials: any CredentialSource = GivenCredentials(.none), pieces: Int? = nil
    ) -> RegistryClient {
        var limits = RegistryClient.Limits()
        limits.patience = .seconds(10)
        if let pieces { (limits.wholeBlob, limits.piece) = (pieces, pieces) }
        return RegistryClient(transport: Self.transport, credentials: credentials, limits: limits, sleep: { _ in })
    }

    func otherStore() throws -> ImageStore { try ImageStore(path: folder + "-other-\(UInt64.random(in: 0...UInt64.max))") }

    func push(
        _ name: String, _ client: RegistryClient, sources: [ImageReference] = []
    ) async throws -> RegistryClient.PushReport {
        try await client.push(image.descriptor, images: [image], from: store, to: try ImageReference(name), sources: sources)
    }

    /// Removes the folders.
    func close() {
        let parent = URL(filePath: folder).deletingLastPathComponent().path
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        where "\(parent)/\(name)".hasPrefix(folder) {
            try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
        }
    }
}

/// Which registry a test of the suite runs against.
enum Kind: String, CaseIterable {
    case real, fake
}

/// A registry of one of the kinds.
struct AnyRegistry {
    let name: String
    private let holder: any Sendable

    init(_ kind: Kind) async throws {
        switch kind {
        case .real:
            let registry = try await TestRegistry()
            (name, holder) = (registry.name, registry)
        case .fake:
            let registry = try await FakeRegistry()
            (name, holder) = (registry.name, registry)
        }
    }
}
