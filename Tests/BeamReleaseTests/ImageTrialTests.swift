import Foundation
import Testing

@testable import BeamRelease

@Suite("The script that tries a configuration in a container")
struct ImageTrialTests {
    /// Runs it with a release whose own script exits with a code; returns what it exits with, and its lines.
    private func run(tool: String, script: String, exits code: Int) throws -> (code: Int32, lines: [String]) {
        let root = FileManager.default.temporaryDirectory.appending(path: "beamctl-trial-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for folder in ["bin", "releases", "erts-13.1/bin", "tmp"] {
            try FileManager.default.createDirectory(at: root.appending(path: folder), withIntermediateDirectories: true)
        }
        try "13.1 1\n".write(to: root.appending(path: "releases/start_erl.data"), atomically: true, encoding: .utf8)
        let facts = root.appending(path: "facts")
        try "name=shop\ntool=\(tool)\n".write(to: facts, atomically: true, encoding: .utf8)
        let program = root.appending(path: script)
        try "#!/bin/sh\nprintf 'it says'\nexit \(code)\n".write(to: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)

        let process = Process()
        process.executableURL = URL(filePath: ImageTrial.words[0])
        process.arguments = ImageTrial.words.dropFirst().map { $0.replacing("/beamctl/release", with: facts.path) }
        process.environment = [
            "PATH": "/usr/bin:/bin", "BEAMCTL_ROOT": root.path, "BEAMCTL_DIR": root.path, "RELEASE_TMP": root.path + "/tmp",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (
            process.terminationStatus,
            String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        )
    }

    @Test(
        "its last line says that all went well, whatever tool made the release",
        arguments: [("mix", "bin/shop"), ("rebar3", "erts-13.1/bin/erlexec"), ("distillery", "erts-13.1/bin/erlexec")])
    func good(tool: String, script: String) throws {
        let outcome = try run(tool: tool, script: script, exits: 0)
        #expect(outcome.code == 0 && outcome.lines == ["it says", ImageTrial.endOfTrial], "\(outcome)")
    }

    @Test(
        "one that does not boot ends with its own code, and without that line",
        arguments: [("mix", "bin/shop"), ("rebar3", "erts-13.1/bin/erlexec"), ("distillery", "erts-13.1/bin/erlexec")])
    func bad(tool: String, script: String) throws {
        let outcome = try run(tool: tool, script: script, exits: 3)
        #expect(outcome.code == 3 && !outcome.lines.contains(ImageTrial.endOfTrial), "\(outcome)")
        #expect(outcome.lines.contains(ImageTrial.endOfBoot) == (tool == "mix"))
    }
}
