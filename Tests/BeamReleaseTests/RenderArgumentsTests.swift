import BeamRelease
import Testing

@Suite("Rendering a vm.args")
struct RenderArgumentsTests {
    private func render(_ text: String, _ variables: [String: String] = [:]) throws -> String {
        try ConfigRenderer(variables: variables).vmArguments(text, file: "vm.args")
    }

    private func problems(_ text: String, _ variables: [String: String] = [:]) -> [RenderProblem] {
        do {
            _ = try ConfigRenderer(variables: variables).vmArguments(text, file: "vm.args")
            return []
        } catch {
            return error.problems
        }
    }

    @Test(
        "a value stays within its word or its quotes",
        arguments: [
            ("-setcookie ${A}", "crumbs_1", "-setcookie crumbs_1"),
            ("-name app@${A}", "10.0.0.1", "-name app@10.0.0.1"),
            ("-setcookie ${A}\n-x", "", "-setcookie \"\"\n-x"),
            ("-x a${A}", "", "-x a"),
            ("-x ${A}${A} b", "", "-x \"\" b"),
            ("-x ${A:-d e}", "", "-x d e"),
            ("-x ${B:-& + ? ( )} b", "", "-x & + ? ( ) b"),
            ("-x ${A}", "a b", "-x 'a b'"),
            ("-x ${A}# c", "a#b", "-x 'a#b'# c"),
            ("-x ${A}", "it's \\ \"é\"\n", "-x 'it'\\''s \\ \"é\"\n'"),
            ("-x p${A}s", "a b", "-x p'a b's"),
            ("-x \"${A}\"", "a \"b\" 'c' \\", "-x \"a \"\\\"\"b\"\\\"\" 'c' \\\""),
            ("-x '${A}'", "a \"b\" 'c' \\", "-x 'a \"b\" '\\''c'\\'' \\'"),
            ("-x ${A}", "${A} ${B:-c}", "-x '${A} ${B:-c}'"),
            ("-x \\\\${A}", "b", "-x \\\\b"),
            ("${A}", "+S 4 \"-x y\"\n-k", "+S 4 \"-x y\" -k"),
            ("  ${A} # flags\n-x", "-a\r\n-b", "  -a  -b # flags\n-x"),
            ("${A}\n-x", "", "\n-x"),
            ("${A} b", "-a c", "'-a c' b"),
            ("+S ${A}", "-1", "+S -1"),
            ("-extra ${A}", "-1", "-extra -1"),
        ])
    func places(text: String, value: String, expected: String) throws {
        #expect(try render(text, ["A": value]) == expected)
    }

    @Test(
        "what is no placeholder stays as it stands",
        arguments: [
            "# ${A}", "-x # ${A}", "-x a#${A}", "-x \\${A}", "-x \"\\${A}\"", "-x ${A", "-x ${A:-b\n}", "-x ${1} $A ${}", "",
        ])
    func untouched(text: String) throws {
        #expect(try render(text) == text)
        #expect(ConfigRenderer.placeholders(inVMArguments: text).isEmpty)
    }

    @Test("placeholders are told with their default, line, column and place")
    func listed() {
        #expect(
            ConfigRenderer.placeholders(inVMArguments: "-x é${A}\n  ${B:-+S 4}  # c\n-y '# ${C}' # ${D}") == [
                Placeholder(name: "A", line: 1, column: 5, place: .word),
                Placeholder(name: "B", defaultText: "+S 4", line: 2, column: 3, place: .line),
                Placeholder(name: "C", line: 3, column: 7, place: .quotedWord),
            ])
    }

    @Test(
        "what cannot be an argument is refused by name, and not shown",
        arguments: [
            ("-x ${A}", "s3cret\0"), ("-setcookie ${A}", "-s3cret"), ("-setcookie \"${A}\"", "+s3cret"), ("${A}", "-x \"s3cret"),
            ("${A}", "-x s3cret\\"), ("${A}", "-x # s3cret\n-y"), ("${A}", "'s3cret"),
        ])
    func refused(text: String, value: String) {
        let found = problems(text, ["A": value])
        #expect(found.map(\.variable) == ["A"])
        for problem in found { #expect(!problem.description.contains("s3c")) }
    }

    @Test(
        "a default that reaches out of its place is refused",
        arguments: ["-x ${A:-\"}", "-x ${A:-\\}", "-x ${A:-a # b} c", "-x \"${A:-\"}\"", "-x '${A:-'}'"])
    func defaults(text: String) {
        #expect(problems(text).map(\.variable) == ["A"])
    }

    @Test("missing variables and quotes that never end are told with their place")
    func places() {
        #expect(problems("-x ${A}\n-y é ${B}").map(\.description).map { $0.prefix(14) } == ["vm.args:1:4: A", "vm.args:2:6: B"])
        let open = problems("-x 'a'\n-y b\"${A}\n", ["A": "c"])
        #expect(open.map(\.line) == [2] && open.map(\.column) == [5] && open.map(\.variable) == [nil])
    }
}
