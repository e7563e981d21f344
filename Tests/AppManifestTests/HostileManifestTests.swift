import AppManifest
import FleetModel
import Foundation
import Testing

@Suite("Hostile manifests")
struct HostileManifestTests {
    private func problem(_ text: String) -> ManifestProblem? {
        do throws(ManifestError) {
            _ = try Manifest.read(text)
            return nil
        } catch {
            return error.problems.first
        }
    }

    @Test("aliases of aliases cost nothing")
    func laughs() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1..<60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let started = ContinuousClock.now
        #expect(problem(text)?.code == .syntax)
        #expect(problem(text + "? *a59\n: 1\n")?.code == .syntax)
        var few = "a0: &a0 {x: 1}\n"
        for level in 1..<6 { few += "a\(level): &a\(level) {? *a\(level - 1) : *a\(level - 1)}\n" }
        #expect(problem(few) != nil)
        #expect(ContinuousClock.now - started < .seconds(5))
    }

    @Test("deep nesting is refused", arguments: ["[", "{a: ", "- ", "? "])
    func deep(open: String) {
        #expect(problem(String(repeating: open, count: 50_000)) != nil)
    }

    @Test("a text that is too long is refused before it is looked at")
    func long() {
        #expect(problem("app: a\n#" + String(repeating: "x", count: Manifest.longestText))?.code == .syntax)
    }

    @Test("a variable that no process could be given is refused, 64 KiB are taken")
    func longVariable() {
        #expect(problem("app: a\nenv: {A: \(String(repeating: "x", count: 64 << 10))}") == nil)
        #expect(problem("app: a\nenv: {A: \(String(repeating: "x", count: 128 << 10))}")?.path == "env.A")
        #expect(problem("app: a\nenv: {A: \"\\0\"}")?.path == "env.A")
    }

    @Test("a file that is not there, and one that is not UTF-8, are told")
    func files() throws {
        let path = NSTemporaryDirectory() + "manifest-\(UInt64.random(in: 0...UInt64.max)).yml"
        #expect(throws: ManifestError.self) { try Manifest.load(path: path) }
        try Data([0x61, 0xFF, 0xFE]).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: ManifestError.self) { try Manifest.load(path: path) }
        #expect(error?.description == "\(path): is not UTF-8")
        try Data("app: hello\n".utf8).write(to: URL(filePath: path))
        #expect(try Manifest.load(path: path).app == "hello")
    }

    @Test("a manifest that is cut or changed anywhere never does worse than be refused")
    func fuzz() {
        let text = Array(
            "app: a\nreplicas: 3\nhttp: {port: 4000, health: /up}\nenv:\n  A: \"x\\n\"\n  B: 'y'\n  C: |\n    z\n? k\n: &a [*a]\n"
                .utf8)
        let marks = Array("\"'{}[]:,&*?-|>!%@`#\n\t \\0".utf8)
        var random = SystemRandomNumberGenerator()
        var refused = 0
        for _ in 0..<3_000 {
            var changed = Array(text.prefix(Int.random(in: 0...text.count, using: &random)))
            for _ in 0..<Int.random(in: 0...4, using: &random) where !changed.isEmpty {
                changed[Int.random(in: 0..<changed.count, using: &random)] = marks.randomElement(using: &random) ?? 0
            }
            if problem(String(decoding: changed, as: UTF8.self)) != nil { refused += 1 }
        }
        #expect(refused > 1_000)
    }
}
