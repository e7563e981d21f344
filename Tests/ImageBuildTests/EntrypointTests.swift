import BeamRelease
import Foundation
import TestSupport
import Testing

@testable import ImageBuild

@Suite("The entrypoint of images")
struct EntrypointTests {
    /// A file of a release, and variables: what every trap of the three tools looks like, of the tests of the renderer.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        /// `sys.config` or `vm.args`.
        var kind: String
        var text: String
        var variables: [String: String]

        var testDescription: String { name }

        static let all: [Case] = {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/entrypoint.json")
            return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
        }()
    }

    /// What came of a case: the text, or where something is wrong.
    enum Outcome: Equatable {
        case rendered(String)
        case refused([String])
    }

    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.write("beamctl/entrypoint", Entrypoint.text, mode: 0o755)
        try scratch.write("beamctl/release", "name=shop\ntool=mix\nversion=0.1.0\n")
        try scratch.write("app/releases/start_erl.data", "13.1.5 0.1.0")
        try scratch.write("app/bin/shop", "#!/bin/sh\nexit 0\n", mode: 0o755)
    }

    /// What the renderer makes of it; nil where only a reader of Erlang's terms could tell that it is wrong.
    private func expected(_ one: Case) -> Outcome? {
        let renderer = ConfigRenderer(variables: one.variables.merging(own) { given, _ in given })
        do throws(RenderError) {
            let file = "releases/0.1.0/\(one.kind)"
            return .rendered(
                one.kind == "sys.config"
                    ? try renderer.systemConfig(one.text, file: file) : try renderer.vmArguments(one.text, file: file))
        } catch {
            let isOfTerms = error.problems.contains { problem in
                ["rendered, this is no", "a sys.config is one list", "no Erlang term", "is longer than"].contains {
                    problem.reason.contains($0)
                }
            }
            return isOfTerms ? nil : .refused(error.problems.map { "\($0.line):\($0.column) \($0.variable ?? "")" }.sorted())
        }
    }

    private var own: [String: String] { ["REPLACE_OS_VARS": "true"] }

    /// What the script makes of it, with this shell.
    private func actual(_ one: Case, shell: [String]) async throws -> Outcome {
        let run = "run-\(UInt64.random(in: 0...UInt64.max))"
        try scratch.write("app/releases/0.1.0/sys.config", one.kind == "sys.config" ? one.text : "[].\n")
        try scratch.write("app/releases/0.1.0/vm.args", one.kind == "vm.args" ? one.text : "")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = shell + [scratch.path + "/beamctl/entrypoint", "version"]
        process.environment = one.variables.merging(own) { given, _ in given }.merging([
            "PATH": "/usr/bin:/bin", "BEAMCTL_ROOT": scratch.path + "/app", "BEAMCTL_DIR": "\(scratch.path)/\(run)",
            "BEAMCTL_DISCOVERY": "none",
        ]) { given, _ in given }
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let places = told.matches(of: /releases\/0\.1\.0\/[a-z.]+:(\d+):(\d+): (?:([A-Za-z_][A-Za-z0-9_]*): )?/)
            return .refused(places.map { "\($0.1):\($0.2) \($0.3.map(String.init) ?? "")" }.sorted())
        }
        let text = try String(contentsOfFile: "\(scratch.path)/\(run)/config/\(one.kind)", encoding: .utf8)
        try FileManager.default.removeItem(atPath: "\(scratch.path)/\(run)")
        return .rendered(text)
    }

    @Test("it renders what the renderer renders, and refuses what that refuses, in every trap of its table")
    func table() async throws {
        try #require(Case.all.count > 300)
        var compared = 0
        for one in Case.all {
            guard let expected = expected(one) else { continue }
            let actual = try await actual(one, shell: ["sh"])
            compared += 1
            switch (expected, actual) {
            case (.rendered(let wanted), .rendered(let got)) where one.kind == "vm.args":
                // Before it stand defaults, and what makes a node of it follows.
                let own = got.firstRange(of: "## The release's own.\n").map { got[$0.upperBound...] } ?? ""
                #expect(own.hasPrefix(wanted.hasSuffix("\n") ? String(wanted.dropLast()) : wanted), "\(one.name): \(got)")
            default: #expect(actual == expected, "\(one.name)")
            }
        }
        #expect(compared > 250)
    }
}
