import Testing

@testable import BeamRelease

/// The rules come from runs of relx's own script; here it is run again.
@Suite("What the passes of relx and Distillery do to values")
struct LintNativeTests {
    private func problems(_ text: String, _ given: [String: String] = [:], _ tool: Release.Tool = .rebar3) -> [ConfigProblem] {
        ConfigLint.sample(
            tool, files: ReleaseFiles(systemConfig: text), by: .native, given: given.mapValues { .user($0) }
        ).findings().problems.filter { ![.variableMissing, .variableUnread, .syntax].contains($0.code) }
    }

    /// `replace_os_vars` of relx 4.8's start script, as rebar3 puts it into each release.
    private static let script = #"""
        {
            while(match($0,"[$]{[^}]*}")) {
                var=substr($0,RSTART+2,RLENGTH -3)
                slen=split(var,arr,":-")
                v=arr[1]
                e=ENVIRON[v]
                gsub("&","\\\\\\&",e)
                if(slen > 1 && e=="") {
                    i=index(var, ":-"arr[2])
                    def=substr(var,i+2)
                    gsub("[$]{"var"}",def)
                } else {
                    gsub("[$]{"var"}",e)
                }
            }
        }1
        """#

    /// What the script makes of a line; nil when it does not end within a second or ends with an error. By mawk, which is Debian's awk
    /// unless another is installed: gawk keeps both of two backslashes.
    private func relx(_ line: String, _ given: [String: String] = [:]) throws -> String? {
        var environment = given
        environment["PATH"] = "/usr/bin:/bin"
        let answer = try Shell.run(
            "/usr/bin/timeout", ["1", "mawk", Self.script], environment: environment, directory: "/", input: line + "\n")
        return answer.status == 0 ? String(answer.output.dropLast()) : nil
    }

    @Test(
        "a default is an error exactly where relx's script does not come to its end",
        arguments: Array(" !#$%&'()*+,-./:;<=>?@[\\]^_|~a"))
    func defaults(character: Character) throws {
        let line = "[{shop, [{a, \"${A:-x\(character)y}\"}]}]."
        let codes = problems(line).map(\.code)
        let outcome = try relx(line)
        if codes.isEmpty {
            #expect(outcome == line.replacing("${A:-x\(character)y}", with: "x\(character)y"))
        } else {
            #expect(codes == [.nativeLoop])
            // mawk takes a closing bracket alone for itself, and doubles the line for an alternative; other awks do not
            if !")]|".contains(character) { #expect(outcome == nil) }
        }
    }

    @Test("a value that leads back to itself never ends, over others too")
    func circles() throws {
        let line = "[{shop, [{a, \"${A}\"}]}]."
        for given in [["A": "x${A}y"], ["A": "${B}", "B": "${C}", "C": "${A}"]] {
            let found = problems(line, given)
            #expect(found.map(\.code) == [.nativeLoop] && found[0].severity == .error)
            #expect(try relx(line, given) == nil)
        }
        let nested = ["A": "${B}", "B": "b"]
        let found = problems(line, nested)
        #expect(found.map(\.code) == [.nativeChange] && found[0].severity == .warning)
        #expect(try relx(line, nested) == "[{shop, [{a, \"b\"}]}].")
    }

    @Test("two backslashes become one, a quote ends the string")
    func escapes() throws {
        let line = "[{shop, [{a, \"${A}\"}]}]."
        let halved = problems(line, ["A": #"a\\b"#])
        #expect(halved.map(\.code) == [.nativeChange] && halved[0].message.contains("two backslashes"))
        #expect(try relx(line, ["A": #"a\\b"#]) == #"[{shop, [{a, "a\b"}]}]."#)
        let broken = problems(line, ["A": #"a"b"#])
        #expect(broken.map(\.code) == [.nativeBreak] && broken[0].severity == .error)
        let outcome = try #require(try relx(line, ["A": #"a"b"#]))
        #expect((try? Consult.terms(in: outcome)) == nil)
        #expect(problems(line, ["A": "plain & simple"]).isEmpty)
        #expect(try relx(line, ["A": "plain & simple"]) == "[{shop, [{a, \"plain & simple\"}]}].")
    }

    @Test("names that are no names are told, in comments too")
    func names() throws {
        #expect(problems("%% ${A+B}\n[].\n").map(\.line) == [1])
        #expect(try relx("%% ${A+B}") == nil)
        #expect(problems("%% ${A-B}\n[].\n").isEmpty)
        #expect(try relx("%% ${A-B}") == "%% ")
    }

    @Test("Distillery knows no defaults, so a variable with one is missing")
    func distillery() {
        let lint = ConfigLint.sample(
            .distillery, files: ReleaseFiles(systemConfig: "[{shop, [{a, \"${A:-x}\"}]}].\n"), by: .native)
        #expect(
            lint.findings().told == [
                "warning native-change sys.config:1 has a default for A, but Distillery knows none: it becomes the empty text",
                "warning variable-missing sys.config:1:15 may need A, which is not given",
            ])
    }

    @Test("placeholders that nothing replaces are a warning; an error where somebody asks for their values")
    func staying() {
        let files = ReleaseFiles(systemConfig: "[{shop, [{a, \"${A}\"}]}].\n")
        var lint = ConfigLint.sample(.mix, files: files)
        #expect(lint.findings().problems.map(\.hint) == ["set release.replace_os_vars: true"])
        lint.leavesToScript = true
        let unasked = lint.findings().problems
        #expect(unasked.map(\.severity) == [.warning])
        #expect(unasked.first?.hint == "remove config.render: native, and set release.replace_os_vars: true")
        lint.wantsValues = true
        let asked = lint.findings().problems
        #expect(asked.map(\.severity) == [.error] && asked.map(\.code) == [.placeholdersStay])
        #expect(asked.first?.hint == "remove config.render: native")
        for (tool, variable) in [(Release.Tool.rebar3, "RELX_REPLACE_OS_VARS"), (.distillery, "REPLACE_OS_VARS")] {
            var lint = ConfigLint.sample(tool, files: files)
            (lint.leavesToScript, lint.wantsValues) = (true, true)
            #expect(
                lint.findings().problems.map(\.hint) == ["set \(variable): \"true\" in env, or remove config.render: native"])
        }
    }

    @Test("with our own renderer none of it matters")
    func ours() {
        let text = "%% ${A+B}\n[{shop, [{a, \"${A:-x?}\"}, {b, \"${B}\"}]}].\n"
        let given: [String: GivenVariable] = ["A": .user(#"${A}\\"&"#), "B": .user("${A}${B}")]
        #expect(
            ConfigLint.sample(.rebar3, files: ReleaseFiles(systemConfig: text), by: .beamctl, given: given).findings().told
                .isEmpty)
    }
}
