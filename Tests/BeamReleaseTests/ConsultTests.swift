import BeamRelease
import Testing

@Suite("Reading Erlang terms")
struct ConsultTests {
    @Test(
        "each kind of term is read as what it is",
        arguments: [
            ("ok.", ErlangTerm.atom("ok")), ("'it''s'.", .atom("it")), ("'a b\\n'.", .atom("a b\n")),
            ("a@b_C1.", .atom("a@b_C1")),
            ("12.", .integer(12)), ("-12.", .integer(-12)), ("+ 7.", .integer(7)), ("1_000_000.", .integer(1_000_000)),
            ("16#fF.", .integer(255)), ("2#1010.", .integer(10)), ("$a.", .integer(97)), ("$\\n.", .integer(10)),
            ("$\\x{1F600}.", .integer(0x1F600)), ("$\\^A.", .integer(1)), ("$\\101.", .integer(65)), ("$ .", .integer(32)),
            ("123456789012345678901234567890.", .bigInteger("123456789012345678901234567890")),
            ("-9223372036854775808.", .integer(.min)), ("1.5.", .float(1.5)), ("-2.0e-3.", .float(-0.002)),
            ("1.0E3.", .float(1000)),
            ("\"abc\".", .string("abc")), ("\"a\" \"b\"\n\"c\".", .string("abc")), ("\"\\x41\\s\\\"é\".", .string("A \"é")),
            ("[].", .list([])), ("[1, a | [b]].", .list([.integer(1), .atom("a"), .atom("b")])),
            ("[a | b].", .list([.atom("a")], tail: .atom("b"))), ("{}.", .tuple([])),
            ("{a, {b}}.", .tuple([.atom("a"), .tuple([.atom("b")])])),
            (
                "#{a => 1, \"k\" => []}.",
                .map([.init(key: .atom("a"), value: .integer(1)), .init(key: .string("k"), value: .list([]))])
            ),
            ("<<>>.", .binary([])), ("<<1, 2, 255>>.", .binary([1, 2, 255])), ("<<\"é\">>.", .binary([0xE9])),
            ("<<\"é\"/utf8>>.", .binary([0xC3, 0xA9])), ("<<1:16, 2:16/little>>.", .binary([0, 1, 2, 0])),
            ("<<1:4, 2:4>>.", .binary([0x12])),
            ("<<-1>>.", .binary([255])), ("<<256>>.", .binary([0])), ("<<$a, \"bc\">>.", .binary([97, 98, 99])),
            ("fun lists:map/2.", .externalFunction(module: "lists", name: "map", arity: 2)), ("'fun'.", .atom("fun")),
            ("~\"é\\n\".", .binary([0xC3, 0xA9, 10])), ("~B[a\\n].", .binary(Array("a\\n".utf8))), ("~s\"x\".", .string("x")),
            ("\"\"\"\n  one\n    two\n  \"\"\".", .string("one\n  two")), ("% a\nok. % b", .atom("ok")),
            ("\u{FEFF}ok.", .atom("ok")),
        ])
    func kinds(text: String, term: ErlangTerm) throws {
        // a quoted atom has no doubled quotes: 'it''s' is two atoms, and refused
        if text == "'it''s'." {
            #expect(throws: ConsultError.self) { try Consult.terms(in: text) }
        } else if text.hasPrefix("\u{FEFF}") {
            #expect(throws: ConsultError.self) { try Consult.terms(in: text) }
        } else {
            #expect(try Consult.terms(in: text) == [term])
        }
    }

    @Test("a text of several terms is read in order, and an empty one holds none")
    func several() throws {
        #expect(
            try Consult.terms(in: "a.\n{b, 1}. % end\n\"c\".\n") == [
                .atom("a"), .tuple([.atom("b"), .integer(1)]), .string("c"),
            ])
        #expect(try Consult.terms(in: " % nothing\n") == [])
    }

    @Test(
        "what is no term is refused at its line and column",
        arguments: [
            ("{a,\n  B}.", 2, 3), ("[1, 2", 1, 6), ("ok", 1, 3), ("{a b}.", 1, 4), ("\"abc", 1, 1), ("'abc", 1, 1), ("1a.", 1, 1),
            ("${PORT}.", 1, 3), ("#{a := 1}.", 1, 5), ("a + 1.", 1, 3), ("end.", 1, 1), ("fun() -> ok end.", 1, 4),
            ("<<1:3>>.", 1, 1),
            ("37#1.", 1, 1), ("\"\\x{110000}\".", 1, 2), ("\n\n  ;", 3, 3), ("a.b.", 1, 2), ("<<<<1>>>>.", 1, 3), ("- a.", 1, 3),
            ("{,}.", 1, 2),
            ("#Ref<0.1.2>.", 1, 2),
        ])
    func refused(text: String, line: Int, column: Int) {
        let error = #expect(throws: ConsultError.self) { try Consult.terms(in: text) }
        #expect(error?.line == line && error?.column == column, "\(text): \(String(describing: error))")
    }

    @Test("nesting is bounded, and so is the time that a hostile text takes")
    func bounded() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: ConsultError.self) { try Consult.terms(in: deep) }
        #expect(throws: ConsultError.self) { try Consult.terms(in: Array(repeating: 0xFF, count: 100)) }
    }

    @Test("text that is cut or changed anywhere never does worse than throw")
    func fuzz() {
        let text = Array(#"{app, [{"k", <<"v"/utf8>>, #{a => -1.5e3}}, 'q\'x', $\x{41}, 16#ff, fun m:f/1, ~b"s" | t]}. % c"#.utf8)
        var random = SystemRandomNumberGenerator()
        var refused = 0
        for _ in 0..<5_000 {
            var changed = Array(text.prefix(Int.random(in: 0...text.count, using: &random)))
            for _ in 0..<Int.random(in: 0...4, using: &random) where !changed.isEmpty {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if (try? Consult.terms(in: changed)) == nil { refused += 1 }
        }
        #expect(refused > 1_000)
    }
}
