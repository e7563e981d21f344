import FleetModel
import Foundation
import JSONText
import Testing

@testable import KubernetesPlatform

@Suite("A real API server")
struct RealClusterTests {
    private static let kubeconfig = ProcessInfo.processInfo.environment["BEAMCTL_TEST_KUBECONFIG"]

    @Test(
        "it takes every object of every manifest, rendered for what it serves",
        .enabled(if: kubeconfig != nil, "BEAMCTL_TEST_KUBECONFIG is not set"),
        arguments: SampleManifests.all.map(\.name))
    func dryRun(name: String) throws {
        let version = try JSONReader.read(Array(try kubectl(["version", "-o", "json"]).output.utf8))
        let minor = try #require(version["serverVersion"]?["minor"]?.text.flatMap { Int($0.prefix { $0.isNumber }) })
        let families = try kubectl(["get", "service", "kubernetes", "-n", "default", "-o", "jsonpath={.spec.ipFamilies}"]).output
        for var request in [try SampleManifests.request(name), try SampleManifests.deployed(name)] {
            request.namespace = "default"
            request.served = ServedVersions(minor: minor)
            let text = KubernetesText.yaml(try AppObjects.render(request), namespace: "default")
            let (status, output) = try kubectl(["apply", "--dry-run=server", "-f", "-"], input: text)
            if request.spec.kubernetes.ipFamily == .ipv6, !families.isEmpty, !families.contains("IPv6") {
                #expect(status != 0 && output.contains("not configured on this cluster"), "\(output)")
            } else {
                #expect(status == 0, "\(output)")
            }
        }
    }

    private func kubectl(_ words: [String], input: String = "") throws -> (status: Int32, output: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "beamctl-dry-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (given, said) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try Data(input.utf8).write(to: given)
        try Data().write(to: said)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["kubectl", "--kubeconfig", Self.kubeconfig ?? ""] + words
        process.standardInput = try FileHandle(forReadingFrom: given)
        let output = try FileHandle(forWritingTo: said)
        process.standardOutput = output
        // What kubectl complains of beside a version is no part of it.
        process.standardError = words.first == "version" ? FileHandle.nullDevice : output
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: said, encoding: .utf8))
    }
}
