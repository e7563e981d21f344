import AppManifest
import FleetModel
import Foundation
import Testing

@Suite("Where an app runs, read alone")
struct ManifestPlatformTests {
    private func platform(_ text: String, environment: String? = nil) throws -> PlatformSpec {
        let path = FileManager.default.temporaryDirectory.path + "/beamctl-\(UUID().uuidString).yml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return Manifest.platform(path: path, environment: environment)
    }

    @Test("it is what the manifest says, or this machine")
    func plain() throws {
        #expect(try platform("app: shop\n") == PlatformSpec())
        #expect(
            try platform("app: shop\non: kubernetes\ncontext: prod\nnamespace: shops\n")
                == PlatformSpec(kind: .kubernetes, context: "prod", namespace: "shops"))
    }

    @Test("an environment has its own")
    func environment() throws {
        let text = "app: shop\nenvironments:\n  production:\n    on: kubernetes\n    namespace: shops\n"
        #expect(try platform(text) == PlatformSpec())
        #expect(try platform(text, environment: "production") == PlatformSpec(kind: .kubernetes, namespace: "shops"))
    }

    @Test("what is wrong elsewhere does not matter, and a file that is none is this machine's")
    func broken() throws {
        #expect(try platform("app: shop\non: kubernetes\nreplicas: many\n").kind == .kubernetes)
        #expect(try platform("a: [").kind == .local)
        #expect(Manifest.platform(path: "/nowhere/beamctl.yml") == PlatformSpec())
    }
}
