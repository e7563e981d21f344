import FleetModel
import Foundation
import Testing
import Yams

@testable import AppManifest

@Suite("The reference of the manifest")
struct ManifestReferenceTests {
    private var file: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/beamctl.reference.yml")
    }

    @Test("docs/beamctl.reference.yml is what the table of keys says; WRITE_REFERENCE=1 writes it anew")
    func isCurrent() throws {
        if ProcessInfo.processInfo.environment["WRITE_REFERENCE"] == "1" {
            try ManifestReference.text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == ManifestReference.text)
    }

    @Test("as it stands it is a valid manifest")
    func isValid() throws {
        let spec = try Manifest.read(ManifestReference.text)
        #expect(spec.app == "hello" && spec.processes["web"]?.replicas == 3)
    }

    @Test("with everything switched on it has every key of the table, and no other")
    func isComplete() throws {
        let lines = ManifestReference.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#") && !line.hasPrefix("# ") || line.hasPrefix("#  ") ? String(line.dropFirst()) : String(line)
        }
        let root = try #require(try Yams.compose(yaml: lines.joined(separator: "\n")))
        #expect(paths(of: root, ManifestTable.keys) == paths(of: ManifestTable.keys))
    }

    @Test("every key says what it is for, and every one that is implemented has an example")
    func isExplained() {
        func check(_ keys: [ManifestKey]) {
            for key in keys {
                #expect(key.summary.hasSuffix("."), "\(key.name)")
                #expect(key.example != nil || !key.shape.keys.isEmpty, "\(key.name)")
                check(key.shape.keys)
            }
        }
        check(ManifestTable.keys)
    }

    private func paths(of keys: [ManifestKey], below path: String = "") -> Set<String> {
        var paths: Set<String> = []
        for key in keys {
            paths.insert(path + key.name)
            if case .named(let inner, let naming) = key.shape {
                paths.formUnion(self.paths(of: inner, below: path + key.name + "." + naming.example + "."))
            } else {
                paths.formUnion(self.paths(of: key.shape.keys, below: path + key.name + "."))
            }
        }
        return paths
    }

    /// The paths in a tree, as deep as the table goes.
    private func paths(of node: Node?, _ keys: [ManifestKey], below path: String = "") -> Set<String> {
        var paths: Set<String> = []
        for (key, value) in node?.mapping.map(Array.init) ?? [] {
            let name = key.string ?? ""
            paths.insert(path + name)
            guard let row = keys.first(where: { $0.name == name }) else { continue }
            if case .named(let inner, let naming) = row.shape {
                paths.formUnion(
                    self.paths(of: value.mapping?[Node(naming.example)], inner, below: path + name + "." + naming.example + "."))
            } else if !row.shape.keys.isEmpty {
                paths.formUnion(self.paths(of: value, row.shape.keys, below: path + name + "."))
            }
        }
        return paths
    }
}

@Suite("A new manifest")
struct ManifestTemplateTests {
    @Test("what init writes is valid, whatever is known of the project")
    func isValid() throws {
        let plain = ManifestTemplate(app: "hello")
        #expect(try Manifest.read(plain.text) == AppSpec(app: "hello", processes: ["web": ProcessSpec(replicas: 2)]))
        let full = ManifestTemplate(
            app: "shop", servesHTTP: true, tool: "mix", release: "shop_web", variables: ["DATABASE_URL", "SECRET_KEY_BASE"],
            findings: ["an umbrella project"])
        #expect(
            full.text == """
                # an umbrella project
                app: shop
                replicas: 2
                build:
                  tool: mix
                  release: shop_web
                http:
                  port: 4000
                  # health: /health
                # Read by the project; give those that it needs:
                # env:
                #   DATABASE_URL: ""
                #   SECRET_KEY_BASE: ""

                """)
        #expect(try Manifest.read(full.text).processes["web"]?.http == HTTPSpec())
    }
}
