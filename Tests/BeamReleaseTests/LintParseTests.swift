import Testing

@testable import BeamRelease

@Suite("Reading the configuration reader's answer")
struct LintParseTests {
    private static let prefix = "beamctl-config-reads:1\t"

    /// Base64 by `printf %s … | base64`.
    private static let answer = """
        12:00:00.000 [info] something else
        \(prefix)read\tUE9SVA==\t3\t7\t1\tdefault\tNDAwMA==\tinteger
        \(prefix)read\tS0VZ\t4\t0\t0\trequired\t-\ttext
        and more
        \(prefix)dynamic\t5\tU3lzdGVtLmdldF9lbnY=
        \(prefix)code\tS0VZ\tc2hvcA==
        \(prefix)end\t1
        after the end nothing counts: \(prefix)
        """

    @Test("its lines are read, everything else is not")
    func lines() throws {
        let reads = try RuntimeReads.parse(Self.answer)
        #expect(reads.reads.map(\.words) == ["PORT 3:7 or 4000", "KEY 4:0 required ?"])
        #expect(reads.reads.map(\.isInteger) == [true, false])
        #expect(reads.notes == [.init(kind: .dynamic, line: 5, what: "System.get_env")])
        #expect(reads.namesInCode == ["KEY": "shop"] && reads.isSearchComplete && !reads.isComplete)
    }

    @Test(
        "a line that begins as one of its lines and is none is refused, with its number",
        arguments: [
            "read", "read\tUE9SVA==\t3\t7\t1\tdefault", "read\tUE9SVA==\t3\t7\t1\trequired\t-",
            "read\tUE9SVA==\t3\t7\t1\trequired\t-\tfloat", "read\tUE9SVA==\t3\t7\t2\trequired\t-\ttext",
            "read\t\t3\t7\t1\trequired\t-\ttext",
            "read\tUE9SVA\t3\t7\t1\trequired\t-\ttext", "read\tUE9SVA==\t-3\t7\t1\trequired\t-\ttext",
            "read\tUE9SVA==\t3\t7\t1\tmaybe\t-\ttext",
            "read\tUE9SVA==\t3\t7\t1\tdefault\t-\ttext", "read\tUE9SVA==\t1234567890\t7\t1\trequired\t-\ttext",
            "read\t/w==\t3\t7\t1\trequired\t-\ttext",
            "read\tUE9SVB==\t3\t7\t1\trequired\t-\ttext", "code\tS0VZ", "end", "end\tx", "unknown\t1\tS0VZ", "", "syntax\t1\t2",
            "everything\tx\tS0VZ",
        ])
    func badLine(line: String) {
        let error = #expect(throws: RuntimeReadsError.self) { try RuntimeReads.parse("first\n" + Self.prefix + line + "\n") }
        #expect(error == RuntimeReadsError(reason: .badLine, line: 2))
    }

    @Test("an answer without its end is refused", arguments: ["", "something else", prefix + "code\tS0VZ\tc2hvcA=="])
    func noEnd(text: String) {
        let error = #expect(throws: RuntimeReadsError.self) { try RuntimeReads.parse(text) }
        #expect(error?.reason == .noEnd)
    }

    @Test("an answer has bounds")
    func bounds() {
        let line = Self.prefix + "code\tS0VZ\tc2hvcA==\n"
        let lines = #expect(throws: RuntimeReadsError.self) {
            try RuntimeReads.parse(String(repeating: line, count: RuntimeReads.mostLines + 1))
        }
        #expect(lines?.reason == .tooLong)
        let bytes = #expect(throws: RuntimeReadsError.self) {
            try RuntimeReads.parse(String(repeating: "x", count: RuntimeReads.longestAnswer + 1))
        }
        #expect(bytes?.reason == .tooLong)
    }

    @Test("an answer with changed bytes is read or refused, and nothing else happens")
    func changed() {
        var random = LintRandom(seed: 7)
        let bytes = Array(Self.answer.utf8)
        var refused = 0
        for _ in 0..<3000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if (try? RuntimeReads.parse(String(decoding: changed, as: UTF8.self))) == nil { refused += 1 }
        }
        #expect(refused > 100)
    }
}

/// SplitMix64: the same numbers each time.
struct LintRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
