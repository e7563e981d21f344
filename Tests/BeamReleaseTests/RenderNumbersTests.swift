import Foundation
import Testing

@testable import BeamRelease

/// mix writes every `sys.config` with `~tw`: strings and binaries as numbers.
@Suite("Placeholders in what mix has written as numbers")
struct RenderNumbersTests {
    /// As `io_lib:format("~tw", [Term])` writes it.
    private func written(_ text: String, isBinary: Bool) -> String {
        let codes = isBinary ? text.utf8.map(UInt32.init) : text.unicodeScalars.map(\.value)
        let numbers = codes.map(String.init).joined(separator: ",")
        return isBinary ? "<<\(numbers)>>" : "[\(numbers)]"
    }

    private func config(_ term: String) -> String { "%% coding: utf-8\n[{shop,[{key,\(term)}]}].\n" }

    private func rendered(_ term: String, _ variables: [String: String]) throws -> ErlangTerm {
        let text = try ConfigRenderer(variables: variables).systemConfig(config(term), file: "sys.config")
        let terms = try Consult.terms(in: text)
        guard case .list(let apps, nil)? = terms.first, case .tuple(let app)? = apps.first, case .list(let keys, nil) = app[1],
            case .tuple(let pair)? = keys.first
        else { throw Unexpected(text: text) }
        return pair[1]
    }

    private struct Unexpected: Error {
        let text: String
    }

    @Test("a value arrives as it is, in binaries and in lists, with what stands around it", arguments: [true, false])
    func values(isBinary: Bool) throws {
        let variables = ["A": "a\"b\\c\n${A}größe🙂", "B": "", "C": "1"]
        let term = try rendered(written("→${A}, ${B}${C}${D:-é}:${C}.", isBinary: isBinary), variables)
        let expected = "→a\"b\\c\n${A}größe🙂, 1é:1."
        #expect(term == (isBinary ? .binary(Array(expected.utf8)) : .string(expected)))
    }

    @Test("a placeholder alone with an empty value is an empty binary or list")
    func empty() throws {
        #expect(try rendered(written("${A}", isBinary: true), ["A": ""]) == .binary([]))
        #expect(try rendered(written("${A}", isBinary: false), ["A": ""]).text == "")
    }

    @Test("what is unset is told at the place where its numbers begin, each by itself")
    func unset() {
        let error = #expect(throws: RenderError.self) {
            try ConfigRenderer(variables: [:]).systemConfig(config(written("${A}${B}", isBinary: true)), file: "sys.config")
        }
        #expect(error?.problems.map(\.variable) == ["A", "B"])
        #expect(error?.problems.first.map { [$0.line, $0.column] } == [2, 14])
    }

    @Test(
        "numbers that are no text with placeholders stay as they are",
        arguments: [
            "[1,2,3]", "<<36,123>>", "<<255,36,123,49,125>>", "[36,123,65,125|[]]", "[36, 999999999, 123]", "<<1:4,2:4>>", "[]",
        ])
    func untouched(term: String) {
        #expect(ConfigRenderer.placeholders(inSystemConfig: config(term)).isEmpty)
    }

    @Test("an escaped placeholder stays")
    func escaped() throws {
        #expect(ConfigRenderer.placeholders(inSystemConfig: config(written("\\${A}", isBinary: true))).isEmpty)
    }

    @Test("they are listed with their default and place")
    func listed() {
        let found = ConfigRenderer.placeholders(inSystemConfig: config(written("${A:-x}${B}", isBinary: false)))
        #expect(found.map(\.name) == ["A", "B"] && found.map(\.defaultText) == ["x", nil])
        #expect(found.allSatisfy { $0.place == .string && $0.line == 2 })
    }

    @Test("they can be shown as text")
    func readable() {
        let text = config(written("a${A:-x}\"", isBinary: true))
        #expect(ConfigRenderer.readable(systemConfig: text) == config("<<\"a${A:-x}\\\"\">>"))
    }

    @Test("random values come back equal")
    func random() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let value = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0..<12, using: &random)).compactMap { _ in
                        Unicode.Scalar(UInt32.random(in: 1...0x1_0000, using: &random)).flatMap { $0.value < 0xFFFE ? $0 : nil }
                    }))
            #expect(try rendered(written("<${A}>", isBinary: true), ["A": value]) == .binary(Array("<\(value)>".utf8)))
            #expect(try rendered(written("<${A}>", isBinary: false), ["A": value]).text == "<\(value)>")
        }
    }
}
