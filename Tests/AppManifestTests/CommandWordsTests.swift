import Foundation
import Testing

@testable import AppManifest

@Suite("Words of a command")
struct CommandWordsTests {
    @Test(
        "quotes and backslashes are a shell's",
        arguments: [
            ("a b", ["a", "b"]), ("  a\t b\n", ["a", "b"]), ("'a b'c", ["a bc"]), ("\"a\\\"b\" ''", ["a\"b", ""]),
            ("\"\\a\\\\\"", ["\\a\\"]), ("'\\'", ["\\"]), ("a\\ b", ["a b"]), ("a\\\nb", ["ab"]), ("\"a\\\nb\"", ["ab"]),
            ("$HOME ${X} *", ["$HOME", "${X}", "*"]), ("\"a;b\" 'c|d' \\;", ["a;b", "c|d", ";"]), ("ü 'ö'", ["ü", "ö"]),
            ("", []), ("e\u{301}", ["e\u{301}"]),
        ])
    func words(text: String, words: [String]) throws {
        #expect(try CommandWords.split(text) == words)
    }

    @Test(
        "whatever stands there, a real sh makes the same words of it",
        .enabled(if: FileManager.default.fileExists(atPath: "/bin/sh")))
    func likeShell() throws {
        let parts = ["a", "b", " ", "  ", "\t", "'", "\"", "\\", "\\\\", "\\\"", "'x y'", "\"x y\"", "ü", "=", "-"]
        var random = SystemRandomNumberGenerator()
        var compared = 0
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 1...8, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            let ours = try? CommandWords.split(text)
            // A shell takes a backslash at the end for the beginning of a longer line.
            if ours == nil, text.hasSuffix("\\") { continue }
            #expect(try shell(text) == ours, "\(text)")
            compared += 1
        }
        #expect(compared > 200)
    }

    /// The words that sh makes of a text; nil when it refuses it.
    private func shell(_ text: String) throws -> [String]? {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "set -f; set -- \(text)\nfor word; do printf '%s\\0' \"$word\"; done"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return data.split(separator: 0, omittingEmptySubsequences: false).dropLast().map { String(decoding: $0, as: UTF8.self) }
    }
}
