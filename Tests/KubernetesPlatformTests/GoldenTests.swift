import Foundation
import Testing

@testable import KubernetesPlatform

@Suite("Rendered manifests as text")
struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    @Test(
        "what is rendered is the text that was looked at; WRITE_GOLDEN=1 writes it anew",
        arguments: ["plain", "web", "shop", "stable", "alone", "own", "six", "shop deployed"])
    func texts(name: String) throws {
        let parts = name.split(separator: " ").map(String.init)
        let request = parts.count > 1 ? try SampleManifests.deployed(parts[0]) : try SampleManifests.request(name)
        let rendered = try AppObjects.render(request)
        let text =
            rendered.warnings.map { "# warning: \($0)\n" }.joined() + KubernetesText.yaml(rendered, namespace: request.namespace)
        let file = Self.folder.appending(path: parts.joined(separator: "-") + ".yaml")
        if ProcessInfo.processInfo.environment["WRITE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    @Test("what runs beamctl's own DNS is the text that was looked at", arguments: [("dns", false), ("dns-chosen", true)])
    func nameServer(name: String, isChosen: Bool) throws {
        let text = isChosen ? SampleManifests.chosenNameServer.yaml : SampleManifests.nameServer.yaml
        let file = Self.folder.appending(path: name + ".yaml")
        if ProcessInfo.processInfo.environment["WRITE_GOLDEN"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
}
