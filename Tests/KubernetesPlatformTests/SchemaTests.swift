import Foundation
import JSONText
import Testing

@testable import KubernetesPlatform

@Suite("The official schemas")
struct SchemaTests {
    /// The Python that scripts/setup gives kubernetes-validate to.
    private static var python: URL {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "/root")/.cache"
        return URL(filePath: "\(cache)/beamctl-tests/kubernetes-validate/bin/python")
    }

    @Test("Kubernetes 1.27 to the newest takes every object of every manifest, and knows every key of it")
    func schemas() throws {
        guard FileManager.default.isExecutableFile(atPath: Self.python.path) else {
            try Test.cancel("kubernetes-validate is not installed: scripts/setup test")
        }
        var entries: [JSONValue] = []
        for (name, _) in SampleManifests.all {
            for request in [try SampleManifests.request(name), try SampleManifests.deployed(name)] {
                for object in try AppObjects.render(request).objects {
                    entries.append(["name": "\(name): \(object.kind) \(object.name)", "object": object.json])
                }
            }
        }
        for object in SampleManifests.nameServer.objects + SampleManifests.chosenNameServer.objects {
            entries.append(["name": "dns: \(object.kind) \(object.name)", "object": object.json])
        }
        #expect(entries.count > 100)
        let (output, errors) = try validate(.array(entries))
        let lines = output.split(separator: "\n")
        let checked = try #require(lines.last, "\(errors)")
        #expect(checked.hasPrefix("checked 1.27 1.28 "), "\(errors)")
        #expect(lines.dropLast().isEmpty, "\(lines.dropLast().joined(separator: "\n"))")
    }

    @Test("a key that there is not is seen")
    func strict() throws {
        guard FileManager.default.isExecutableFile(atPath: Self.python.path) else {
            try Test.cancel("kubernetes-validate is not installed: scripts/setup test")
        }
        let wrong: JSONValue = ["apiVersion": "v1", "kind": "Service", "metadata": ["name": "a"], "spec": ["port": 1]]
        #expect(try validate([["name": "x", "object": wrong]]).output.contains("'port' was unexpected"))
    }

    private func validate(_ entries: JSONValue) throws -> (output: String, errors: String) {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Support/validate.py")
        let folder = FileManager.default.temporaryDirectory.appending(path: "beamctl-schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output, errors) = (folder.appending(path: "in"), folder.appending(path: "out"), folder.appending(path: "err"))
        try Data(entries.bytes).write(to: input)
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = Self.python
        process.arguments = [script.path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return (try String(contentsOf: output, encoding: .utf8), try String(contentsOf: errors, encoding: .utf8))
    }
}
