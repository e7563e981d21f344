import BeamRelease
import Testing

@Suite("Rendering a sys.config")
struct RenderSystemConfigTests {
    private func render(_ text: String, _ variables: [String: String] = [:]) throws -> String {
        try ConfigRenderer(variables: variables).systemConfig(text, file: "sys.config")
    }

    private func problems(_ text: String, _ variables: [String: String] = [:]) -> [RenderProblem] {
        do {
            _ = try ConfigRenderer(variables: variables).systemConfig(text, file: "sys.config")
            return []
        } catch {
            return error.problems
        }
    }

    /// Each trap that the start scripts of Distillery and relx fall into, and each place.
    @Test(
        "a value goes in as what it is, wherever it stands",
        arguments: [
            (#"["${A}"]."#, "x", #"["x"]."#),
            (#"["${A}"]."#, "", #"[""]."#),
            (#"["${A:-d}"]."#, "x", #"["x"]."#),
            (#"["${A:-d}"]."#, "", #"["d"]."#),
            (#"["${B:-d}"]."#, "x", #"["d"]."#),
            (#"["${B:-}"]."#, "x", #"[""]."#),
            (#"["${B:-a & b + c ? (d) $e \\ \" é}"]."#, "", #"["a & b + c ? (d) $e \\ \" é"]."#),
            (#"["${B:-x}}"]."#, "", #"["x}"]."#),
            (#"["${A}"]."#, "${A}", #"["${A}"]."#),
            (#"["${A} ${A}"]."#, "${B:-x}", #"["${B:-x} ${B:-x}"]."#),
            (#"["${A}"]."#, #"a\\b"#, #"["a\\\\b"]."#),
            (#"["${A}"]."#, #"say "hi" & go"#, #"["say \"hi\" & go"]."#),
            (#"["${A}"]."#, "a\nb\r\t\u{1}\u{7F}", #"["a\nb\r\t\x{1}\x{7f}"]."#),
            (#"["${A}"]."#, "é☺", #"["\x{e9}\x{263a}"]."#),
            (#"[<<"${A}">>]."#, "é☺", #"[<<"\x{c3}\x{a9}\x{e2}\x{98}\x{ba}">>]."#),
            (#"[<<"${A}"/utf8>>]."#, "é☺", #"[<<"\x{e9}\x{263a}"/utf8>>]."#),
            (#"[<<"${A}" "b" % c"# + "\n" + #"/utf8>>]."#, "é", #"[<<"\x{e9}" "b" % c"# + "\n" + #"/utf8>>]."#),
            (#"[<<"a", "${A}"/utf8, "${A}">>]."#, "é", #"[<<"a", "\x{e9}"/utf8, "\x{c3}\x{a9}">>]."#),
            (#"[#{a=><<"${A}">>}]."#, "é", #"[#{a=><<"\x{c3}\x{a9}">>}]."#),
            (#"[{<<"a">>, "${A}"}]."#, "é", #"[{<<"a">>, "\x{e9}"}]."#),
            (#"['${A}']."#, #"it's "é\"#, #"['it\'s \"\x{e9}\\']."#),
            (#"[~"${A}", ~s(${A})]."#, "é)\"\n", #"[~"\x{e9})\"\n", ~s(\x{e9}\)\"\n)]."#),
            (#"[~B[${A}]]."#, #"a\"#, #"[~B[a\]]."#),
            ("[\"\"\"\n  a ${A}\n  \"\"\"].", #"\ "é"#, "[\"\"\"\n  a \\ \"é\n  \"\"\"]."),
            ("[~b\"\"\"\n  ${A}\n  \"\"\"].", "\"\"\"\n", "[~b\"\"\"\n  \\\"\\\"\\\"\\n\n  \"\"\"]."),
            ("[{port, ${A}}].", "4000", "[{port, 4000}]."),
            ("[{port, ${B:-4000}}].", "", "[{port, 4000}]."),
            ("[${A}].", "", "[]."),
            ("[${A}].", "a, {b, \"c\"}, fun m:f/1", "[a, {b, \"c\"}, fun m:f/1]."),
            ("${A}.", "[{a, 1}]", "[{a, 1}]."),
            ("[web_${A}, 80${A}, 16#${A}].", "80", "[web_80, 8080, 16#80]."),
            ("[${A}${A}].", "9", "[99]."),
            ("[-${A}].", "9", "[-9]."),
            ("[<<${A}:16>>].", "9", "[<<9:16>>]."),
        ])
    func places(text: String, value: String, expected: String) throws {
        #expect(try render(text, ["A": value]) == expected)
    }

    @Test(
        "what is no placeholder stays as it stands",
        arguments: [
            #"["\${A}"]."#, #"["\\\${A}"]."#,
            "[a]. % ${A}", "% ${A}\n[a].", #"["${}", "${1}", "${A", "${A-b}", "$A", "${A.*}", "${A"]."#,
            "[\"${A:-x\n}\"].", #"[$", $%, $', $\\, $$, ${, $}]."#, #"[$\", "%${", 'it\'s %']."#, #"["$"]."#, "[\"\\^\\\"].",
        ])
    func untouched(text: String) throws {
        #expect(try render(text) == text)
        #expect(ConfigRenderer.placeholders(inSystemConfig: text).isEmpty)
    }

    @Test("a placeholder after an escaped backslash, a character or a comment is one")
    func after() throws {
        #expect(try render(#"["\\${A}"]."#, ["A": "x"]) == #"["\\x"]."#)
        #expect(try render("[$\", ${A}]. % \"", ["A": "x"]) == "[$\", x]. % \"")
        #expect(try render("% it's \"\n[$%, \"${A}\"].", ["A": "x"]) == "% it's \"\n[$%, \"x\"].")
        #expect(try render("[$\\\", \"${A}\"].", ["A": "x"]) == "[$\\\", \"x\"].")
    }

    @Test("placeholders are told with their default, line, column and place")
    func listed() {
        let text = "[{a, \"é${A}\"},\n {b, ${B:-1}, w_${C}, '${D}', <<\"${E}\">>, <<\"${F:-}\"/utf8>>}]. % ${G}"
        #expect(
            ConfigRenderer.placeholders(inSystemConfig: text) == [
                Placeholder(name: "A", line: 1, column: 8, place: .string),
                Placeholder(name: "B", defaultText: "1", line: 2, column: 6, place: .term),
                Placeholder(name: "C", line: 2, column: 17, place: .token),
                Placeholder(name: "D", line: 2, column: 24, place: .atom),
                Placeholder(name: "E", line: 2, column: 34, place: .binary),
                Placeholder(name: "F", defaultText: "", line: 2, column: 46, place: .utf8Binary),
            ])
    }

    @Test("every variable that is missing is told, with its place")
    func missing() {
        let found = problems("[\"é${A}\",\n  ${B}, ${C:-1}].")
        #expect(found.map(\.variable) == ["A", "B"])
        #expect(found.map(\.line) == [1, 2])
        #expect(found.map(\.column) == [4, 3])
        #expect(found.first?.description == "sys.config:1:4: A: it is not set, and has no default: ${A:-…} would be one")
        #expect(problems("[" + Array(repeating: "${A}", count: 200).joined(separator: ",") + "].").count == 100)
    }

    @Test("a value of 64 KiB is no more than a value")
    func long() throws {
        let value = String(repeating: "${A}\"\\", count: 11_000)
        let result = try render(#"["${A}"]."#, ["A": value])
        #expect(try Consult.terms(in: result) == [.list([.string(value)])])
        #expect(problems("['${A}'].", ["A": value]).count == 1)
    }

    @Test(
        "values that would make a file too long are refused while it is rendered",
        arguments: ["\"${A}\"", "<<36,123,65,125>>"])
    func tooLong(term: String) {
        let text = "[" + Array(repeating: term, count: 100_000).joined(separator: ",") + "]."
        let found = problems(text, ["A": String(repeating: "x", count: 1 << 16)])
        #expect(found.count == 1 && found[0].variable == "A")
    }

    @Test(
        "a value that does not fit is refused by name, and not shown",
        arguments: [
            ("[{host, ${A}}].", "s3cret.example.org"), ("[{port, ${A}}].", "s3cret]. % "), ("[${A}\n].", "s3cret % s3cret"),
            ("[{a, ${A}}].", "s3cret} , {s3cret"), ("[${A}].", "1. s3cret"), ("[${A}].", "S3cret"), ("[${A}].", "s3cret | b"),
            ("[${A}].", "\"s3cret"), ("[${A}].", "$"), ("[${A}].", "s3cret,"), ("[w_${A}].", "s3cret\", "),
            ("[w_${A}].", "s3cret é"),
            ("['${A}'].", String(repeating: "s3cret", count: 43)), ("[~S(${A})].", "s3cret)"), ("[\"${A}\"].", "s3cret\u{FFFF}"),
            ("[~b\"\"\"\n  ${A}\n  \"\"\"].", "s3cret\r"),
            ("[\"\"\"\n  ${A}\n  \"\"\"].", "\"\"\"s3cret"), ("[\"\"\"\n  x${A}\n  \"\"\"].", "s3cret\n"),
            ("%% coding: latin-1\n[${A}].", "\"s3crét\""), ("[a b${A}].", "s3cret"),
            ("['${A}x'].", String(repeating: "s", count: 255)),
            ("[{a 'b${A}'}].", "s3cret"), ("[<<1/${A}>>].", "s3cret"), ("[a, ${A}].", ""),
            ("[\"\\x{${A}}\"].", "12s3cret"), ("[{a, 12${A}}].", "s3cret"), ("${A}.", "{s3cret}"), ("${A}. [].", "[s3cret]"),
            ("[${A} b].", "s3cret"), ("[#{${A}}].", "s3cret"), ("[<<${A}>>].", "s3cret"),
        ])
    func refused(text: String, value: String) throws {
        let found = problems(text, ["A": value])
        try #require(found.count == 1, "\(text) with \(value)")
        #expect(found[0].variable == "A", "\(found[0])")
        for part in ["s3c", "S3c", "12", "ssss"] { #expect(!found[0].description.contains(part)) }
    }

    @Test(
        "a default that reaches out of its place is refused",
        arguments: [
            #"["${A:-a"b}"]."#, #"["${A:-\}"]."#, #"['${A:-'}']."#, #"[${A:-"}]."#, "[${A:-1 % c}].", "[${A:-$}].",
            "[\"\"\"\n  ${A:-\"}\n  \"\"\"].",
        ])
    func defaults(text: String) {
        #expect(problems(text).map(\.variable) == ["A"])
    }

    @Test(
        "what is no sys.config is refused at its line in the original file",
        arguments: [
            ("[{a, \"${A}\",\n ${A}},\n }].", 3, 2, nil), ("{a}.", 1, 1, nil), ("% c\n\n [a]. [b].", 3, 2, nil), ("", 1, 1, nil),
            ("[a, ${A}]", 1, 10, nil), ("[${A}, ${B}].", 1, 8, "B"), ("[${A} ${A}].", 1, 7, "A"),
            ("[{a, 'b${B}' c}].", 1, 14, nil),
        ] as [(String, Int, Int, String?)])
    func broken(text: String, line: Int, column: Int, variable: String?) throws {
        let found = problems(text, ["A": "{1,\n2,\n3}", "B": ""])
        try #require(found.count == 1)
        #expect(found[0].line == line && found[0].column == column && found[0].variable == variable, "\(found[0])")
    }
}
