import BeamRelease
import Testing

/// Erlang's own `file:consult/1` is asked for the same.
@Suite("Reading Erlang terms as Erlang does")
struct ConsultInteropTests {
    /// Strings are lists, and a map has no order.
    private func plain(_ term: ErlangTerm) -> ErlangTerm {
        switch term {
        case .string(let text): .list(text.unicodeScalars.map { .integer(Int($0.value)) })
        case .list(let terms, let tail): .list(terms.map(plain), tail: tail.map(plain))
        case .tuple(let terms): .tuple(terms.map(plain))
        case .map(let pairs):
            .map(
                pairs.map { .init(key: plain($0.key), value: plain($0.value)) }
                    .sorted { "\($0.key)" < "\($1.key)" })
        default: term
        }
    }

    private func erlang(_ expression: String, _ scratch: Scratch) throws -> String {
        let answer = try Shell.run(
            "/usr/bin/env", ["erl", "-noshell", "-eval", expression + ", halt()."], directory: scratch.path)
        try #require(answer.status == 0, "\(answer.errors)\(answer.output)")
        return answer.output
    }

    @Test("what file:consult/1 reads and prints is what is read here")
    func same() throws {
        let scratch = try Scratch()
        let text = #"""
            %% coding: utf-8
            {release, {"shop", "0.1.0"}, [{kernel, "8.5.3", permanent}]}.
            [{shop, [{port, 4000}, {name, <<"Grüße"/utf8>>}, {ratio, 0.25}, {big, 123456789012345678901234567890}]}].
            #{key => "a\"b\\c\x{263A}\n", "s" => 'quoted atom', 1 => [a, b | c]}.
            <<0, 255, 1:16/little, "tail">>.
            {16#FF, 2#101, $a, $\n, $\s, $\\, -7, 1_000, 'Elixir.Shop.Repo', fun lists:map/2, true, "one" "two"}.
            """#
        try scratch.file("terms", text)
        let printed = try erlang(
            #"{ok, Terms} = file:consult("terms"), io:setopts([{encoding, unicode}]), [io:format("~0tp.~n", [T]) || T <- Terms]"#,
            scratch)
        let ours = try Consult.terms(in: text).map(plain)
        let theirs = try Consult.terms(in: printed).map(plain)
        #expect(ours == theirs)
        #expect(ours.count == 5)
    }

    @Test("what file:consult/1 refuses is refused here, and what it takes is taken")
    func refusals() throws {
        let scratch = try Scratch()
        let texts = [
            "a b.", "{a.", "X.", "_.", "1a.", "\"x", "'x", "{,}.", "[a|b,c].", "#{a=>}.", "<<a>>.", "end.", "a+1.", "1.", "-1.",
            "- -1.",
            "+a.", "1.5.", "1.e5.", "$", "a", "", "a..", "a.b.", "16#.", "16#fg.", "'a'.", "fun a:b/1.", "fun a/1.", "<<1:8>>.",
            "[1,].",
            "\"a\"\"b\".", "{}. {}.", "{} {}.", "#{}.", "#{a:=1}.", "(1).", "1_0.", "1__0.", "<<\"a\">>.", "<<1/integer>>.",
            "\"\\xzz\".",
        ]
        for (place, text) in texts.enumerated() { try scratch.file("t\(place)", text) }
        let verdicts = try erlang(
            #"[io:format("~p~n", [element(1, file:consult("t" ++ integer_to_list(N)))]) || N <- lists:seq(0, \#(texts.count - 1))]"#,
            scratch
        ).split(separator: "\n")
        for (text, verdict) in zip(texts, verdicts) {
            let isTaken = (try? Consult.terms(in: text)) != nil
            #expect(isTaken == (verdict == "ok"), "\(text): Erlang says \(verdict)")
        }
        #expect(verdicts.count == texts.count)
    }
}
