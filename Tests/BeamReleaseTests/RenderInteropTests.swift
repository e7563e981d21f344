import ErlangPeers
import Foundation
import Testing

@testable import BeamRelease

/// What Erlang itself reads in a rendered file is what the variables held.
@Suite("Rendering what Erlang reads")
struct RenderInteropTests {
    /// Reads as `file:consult/1` and as `application_controller`, and writes the UTF-8 of each text, in hexadecimal digits, a
    /// line for each. OTP 27 itself loses escapes in triple-quoted strings where `file:consult/1` has its file in pieces: only
    /// what reads it whole, as a starting node does, is asked then.
    private let program = """
        {ok, File} = file:read_file("sys.config"), {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(File)),
        {ok, Terms} = erl_parse:parse_term(Tokens),
        [{ok, [Terms]} = file:consult("sys.config") || binary:match(File, <<34, 34, 34, 10>>) == nomatch],
        Bytes = fun(T) when is_list(T) -> unicode:characters_to_binary(T);
                   (T) when is_atom(T) -> atom_to_binary(T);
                   (T) -> T end,
        Line = fun(T) -> [[io_lib:format("~2.16.0b", [B]) || <<B>> <= Bytes(T)], $\\n] end,
        ok = file:write_file("out", [Line(T) || T <- Terms]), halt(0).
        """

    private func texts(of terms: String, variables: [String: String], by otp: OTP) async throws -> [String] {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let rendered = try ConfigRenderer(variables: variables).systemConfig(terms, file: "sys.config")
        try rendered.write(to: folder.url.appending(path: "sys.config"), atomically: false, encoding: .utf8)
        let expression = program.split(separator: "\n").joined(separator: " ")
        try #require(try await otp.run(["erl", "-noshell", "-eval", expression], in: folder.url) == 0)
        return try String(contentsOf: folder.url.appending(path: "out"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// A list with each form in turn around a variable of its own, and the values that the variables get.
    private func sample(_ forms: [(before: String, after: String, longest: Int)], seed: UInt64) -> (String, [String]) {
        var random = SeededNumbers(state: seed)
        var terms: [String] = []
        var values: [String] = []
        for number in 0..<2_000 {
            let form = forms[number % forms.count]
            var value = random.value(longest: form.longest) { form.before == "<<\"" || !isNonCharacter($0) }
            // refused in triple-quoted strings
            if value.unicodeScalars.last == "\r" { value += "." }
            values.append(value)
            terms.append("\(form.before)${V\(number)}\(form.after)")
        }
        return ("%% ${COMMENT}\n[" + terms.joined(separator: ",\n") + "].\n", values)
    }

    private func named(_ values: [String]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: values.enumerated().map { ("V\($0.offset)", $0.element) })
    }

    /// One failure for the first that differs says more than two long lists.
    private func expectSame(_ found: [String], _ values: [String]) {
        let first = zip(found, values).enumerated().first { $1.0 != hexadecimal($1.1) }
        #expect(first == nil, "\(first.map { "\($0.offset): \($0.element.0) for \(hexadecimal($0.element.1))" } ?? "")")
        #expect(found.count == values.count)
    }

    @Test("any value comes back from strings, binaries and atoms")
    func quoted() async throws {
        let (text, values) = sample(
            [("\"", "\"", 60), ("<<\"", "\">>", 60), ("<<\"", "\"/utf8>>", 60), ("'", "'", 255)].map {
                // Erlang keeps no U+FFFE from an escape, and this form of a binary has escapes for characters
                ($0.1 == "\"/utf8>>" ? " <<\"" : $0.0, $0.1, $0.2)
            }, seed: 0xE11A)
        expectSame(try await texts(of: text, variables: named(values), by: .host), values)
    }

    @Test("any value comes back from the sigils of OTP 27")
    func sigils() async throws {
        try await OTP.otp27.require()
        let (text, values) = sample(
            [
                ("~\"", "\"", 60), ("~b(", ")", 60), ("~s[", "]", 60), ("~b|", "|", 60), ("~s'", "'", 60),
                ("~b\"\"\"\n  ", "\n  \"\"\"", 60), ("~s\"\"\"\"\n ", "\n \"\"\"\"", 60), (" <<\"", "\"/utf8>>", 60),
            ], seed: 0x5161)
        expectSame(try await texts(of: text, variables: named(values), by: .otp27), values)
    }

    @Test("a value that may stand where there are no escapes comes back from there")
    func plain() async throws {
        try await OTP.otp27.require()
        let forms = ["~S(", "~B|", "~B\"", "\"\"\"\n   ", "~\"\"\"\n  ", "~S\"\"\"\nx"]
        let ends = [")", "|", "\"", "\n   \"\"\"", "\n  \"\"\"", "\n\"\"\""]
        var random = SeededNumbers(state: 0x9142)
        var terms: [String] = []
        var variables: [String: String] = [:]
        var values: [String] = []
        while values.count < 1_000 {
            let form = values.count % forms.count
            let name = "V\(values.count)"
            let value = random.value(longest: 20)
            let term = "\(forms[form])${\(name)}\(ends[form])"
            // most random values do not fit, and are refused
            guard (try? ConfigRenderer(variables: [name: value]).systemConfig("[\(term)].", file: "")) != nil else { continue }
            terms.append(term)
            variables[name] = value
            values.append((forms[form].hasSuffix("x") ? "x" : "") + value)
        }
        let found = try await texts(of: "[" + terms.joined(separator: ",\n") + "].", variables: variables, by: .otp27)
        expectSame(found, values)
    }

    @Test("any value comes back from the arguments of erl")
    func arguments() async throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        var random = SeededNumbers(state: 0xA465)
        let forms = ["${V}", "\"${V}\"", "'${V}'", "p${V}s", "\"p ${V}\"s", "${V}${EMPTY}"]
        let heads = ["", "", "", "p", "p ", ""]
        let tails = ["", "", "", "s", "s", ""]
        var lines: [String] = []
        var expected: [String] = []
        var variables = ["EMPTY": "", "LINE": "-second 1 \"2 3\"\n-third"]
        for number in 0..<600 {
            // half of them come after -extra, where no value looks like a flag
            let isExtra = number >= 300
            if number == 300 { lines += ["${LINE}", "-extra"] }
            let form = number % forms.count
            var value = random.value(longest: 30)
            if !isExtra, let first = value.utf8.first, "-+".utf8.contains(first) { value = "=" + value }
            variables["V\(number)"] = value
            let word = forms[form].replacing("{V}", with: "{V\(number)}")
            // a placeholder alone on its line would be more than a word
            lines.append((isExtra ? "'' " : "-first ") + word + " # ${NO}")
            if isExtra { expected.append("") }
            expected.append(heads[form] + value + tails[form])
        }
        let text = lines.joined(separator: "\n") + "\n"
        let rendered = try ConfigRenderer(variables: variables).vmArguments(text, file: "vm.args")
        try rendered.write(to: folder.url.appending(path: "vm.args"), atomically: false, encoding: .utf8)
        // the file's own end mark is among the plain arguments
        let program = """
            Words = [W || {first, Ws} <- init:get_arguments(), W <- Ws] ++ init:get_plain_arguments() -- ["--"],
            Hex = fun(W) -> [[io_lib:format("~2.16.0b", [B]) || <<B>> <= unicode:characters_to_binary(W)], $\\n] end,
            {ok, [["1", "2 3"]]} = init:get_argument(second), {ok, [[]]} = init:get_argument(third),
            ok = file:write_file("out", [Hex(W) || W <- Words]), halt(0).
            """
        let expression = program.split(separator: "\n").joined(separator: " ")
        let status = try await OTP.host.run(["erl", "-noshell", "-args_file", "vm.args", "-eval", expression], in: folder.url)
        try #require(status == 0)
        let found = try String(contentsOf: folder.url.appending(path: "out"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        expectSame(found, expected)
    }
}
