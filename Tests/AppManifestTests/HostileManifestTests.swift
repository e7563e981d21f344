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

    @Test("aliases inside environments cost nothing, and keep the place of what they stand for")
    func laughingEnvironments() {
        var text = "app: a\nprocesses: &p0 {web: {replicas: 1}}\nenvironments:\n"
        for level in 1..<7 { text += "  e\(level): &e\(level) {processes: *p0}\n" }
        #expect(problem(text) == nil)
        #expect(problem(text + "  f: {processes: *p0, environments: {g: *e1}}\n")?.path == "environments.f.environments")
        var nested = "app: a\nx0: &x0 {web: {web: 1}}\n"
        for level in 1..<6 { nested += "x\(level): &x\(level) {a: *x\(level - 1), b: *x\(level - 1)}\n" }
        let started = ContinuousClock.now
        #expect(problem(nested + "environments: {b: *x5}\n")?.code == .unknownKey)
        #expect(ContinuousClock.now - started < .seconds(5))
        let shared = problem("app: a\nprocesses:\n  web: &w\n    replicas: two\nenvironments:\n  b: {processes: {web: *w}}\n")
        #expect(shared?.line == 4)
    }

    @Test("many environments over many processes are checked in time, and more than 50 are refused")
    func manyEnvironments() {
        var text = "app: a\nprocesses:\n"
        for process in 0..<100 { text += "  p\(process): {replicas: 1, env: {A: b}}\n" }
        text += "environments:\n"
        for environment in 0..<50 { text += "  e\(environment): {processes: {p1: {replicas: 2, env: {A: c}}}}\n" }
        #expect(problem(text) == nil)
        #expect(problem(text + "  e50: {}\n")?.message == "more than 50 environments")
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
            "app: a\nreplicas: 3\nhttp: {port: 4000, health: /up}\nenv:\n  A: \"x\\n\"\n  B: 'y'\n  C: |\n    z\n? k\n: &a [*a]\nenvironments: {s: {env: {A: '${env:X:-y}'}, command: \"bin/x 'y'\"}}\n"
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
