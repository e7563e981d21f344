import Testing

@testable import BeamRelease

@Suite("Rendering anything")
struct RenderFuzzTests {
    private let config = #"""
        %% c ${C}
        [{app, [{"k${A}", <<"v${B}"/utf8, "w">>, #{a => -1.5e3}}, 'q\'x${A}', $\x{41}, 16#ff, fun m:f/1, ~b"s${A}" | ${T}]},
         "a" "b", 1_0, <<1, 2>>, """
           x ${A:-d}
           """, [${T}, w_${N}, 12.5, "\x{1F600}\n"]]. % ${D}
        """#
    private let arguments = #"""
        -name app@${N} # ${C}
        ${A}
        -x "a ${B}" 'c ${A:-d}' e\ f${N} \${A} +S 4 ${B}
        """#
    private let variables = ["A": "a\"b\\", "B": "é'\n", "C": "", "N": "12", "T": "[1, {a, \"b\"}]"]

    /// Bytes that are cut, changed and doubled.
    private func changed(_ text: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
        let marks = Array("\"'\\${}[]<>#%~./,:-|=a1 \n\r^x".utf8)
        var bytes = Array(text.prefix(Int.random(in: 0...text.count, using: &random)))
        if Bool.random(using: &random) { bytes = text }
        for _ in 0..<Int.random(in: 0...5, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let byte = marks.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] = byte
            case 2: bytes.insert(byte, at: place)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }

    @Test("a changed sys.config is rendered to one list, or refused at a place that it has")
    func systemConfigs() throws {
        var random = SeededNumbers(state: 1)
        let renderer = ConfigRenderer(variables: variables)
        var rendered = 0
        for _ in 0..<10_000 {
            let text = String(decoding: changed(Array(config.utf8), &random), as: UTF8.self)
            do {
                let result = try renderer.systemConfig(text, file: "f")
                let terms = try Consult.terms(in: result)
                #expect(terms.count == 1)
                rendered += 1
            } catch let error as RenderError {
                let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                for problem in error.problems {
                    #expect((1...lines.count).contains(problem.line))
                    #expect((1...lines[problem.line - 1].count + 1).contains(problem.column))
                }
            }
        }
        #expect(rendered > 1_000)
    }

    @Test("a changed vm.args is rendered or refused, and has no placeholder more afterwards than values bring")
    func vmArguments() {
        var random = SeededNumbers(state: 2)
        let renderer = ConfigRenderer(variables: variables)
        var rendered = 0
        for _ in 0..<10_000 {
            let text = String(decoding: changed(Array(arguments.utf8), &random), as: UTF8.self)
            guard let result = try? renderer.vmArguments(text, file: "f") else { continue }
            rendered += 1
            #expect(ConfigRenderer.placeholders(inVMArguments: result).isEmpty)
        }
        #expect(rendered > 1_000)
    }

    @Test("what the quick check takes, the reader of terms takes as well")
    func quick() {
        var random = SeededNumbers(state: 3)
        let texts = [
            #"[{a, "s\n\x{41}", <<"b"/utf8, 1, "c">>, #{'k' => -1.5}, [x | y], $a, 16#fF, +3, end_, a@b}, "a" "b", {}, []]. % c"#,
            #"[{kernel, [{k, v}]}, "\101\^a", <<"x":8>>, 1_0, ''''', 'a', $\n, 1.5e3, "" ""]."#,
        ]
        var taken = 0
        for _ in 0..<40_000 {
            let text = changed(Array(texts.randomElement(using: &random)?.utf8 ?? "".utf8), &random)
            // a rendered file is always UTF-8
            guard String(validating: text, as: UTF8.self) != nil else { continue }
            if QuickTerms.isOneList(text) {
                taken += 1
                #expect((try? Consult.terms(in: text))?.count == 1, "\(String(decoding: text, as: UTF8.self))")
            }
            if QuickTerms.isSequence(text) {
                let inTuple = Array("{".utf8) + text + Array("}.".utf8)
                #expect((try? Consult.terms(in: inTuple))?.count == 1, "\(String(decoding: text, as: UTF8.self))")
            }
        }
        #expect(taken > 1_000)
    }

    @Test("the quick check takes what files of configuration are made of")
    func common() {
        let text = #"""
            [{shop, [{port, 4000}, {name, <<"Gr\x{fc}"/utf8>>}, {ratio, 0.25}, {'Elixir.Shop.Repo', [{url, "ecto://a\"b"}]},
              #{a => $a, 16#ff => -7}, <<1, 2, "x">>, [], {}, <<>>, [a | b]]}, % comment
             {kernel, [{inet_dist_use_interface, {127, 0, 0, 1}}]}].
            """#
        #expect(QuickTerms.isOneList(Array(text.utf8)))
    }

    @Test(
        "a text that repeats one thing a hundred thousand times is read once",
        arguments: [
            "${A:-", "${", "\"", "\"\"\"", "$", "\\", "<<", "~\"", "~b\"\"\"\n", "[", "'", "\"${A}", "${A}", "%${A}", "$\\^",
            "<<\"a\"/",
        ])
    func repeated(part: String) {
        // a walk that begins again for each would not end here in any time worth waiting for
        let text = String(repeating: part, count: 100_000)
        let count =
            ConfigRenderer.placeholders(inSystemConfig: text).count + ConfigRenderer.placeholders(inVMArguments: text).count
        #expect(count <= 200_000)
        #expect(throws: RenderError.self) { try ConfigRenderer(variables: [:]).systemConfig(text, file: "f") }
    }
}
