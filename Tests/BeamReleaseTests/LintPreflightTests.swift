import Testing

@testable import BeamRelease

/// The outputs are those of real releases: see scripts/record-boot-failures.
@Suite("Why a release did not boot")
struct LintPreflightTests {
    /// What each case has to say, whichever Elixir said it. Where the stack does not name the line, it is that of the read.
    struct Expectation: Sendable {
        var kind = PreflightFailure.Kind.runtimeConfig
        var words: String
        var file: String? = "runtime.exs"
        /// With Elixir 1.14, whose stack has no line of the file, and with 1.18.
        var lines: (old: Int?, new: Int?)
        var variables: [String] = []
        var newVariables: [String]?
    }

    static let expectations: [String: Expectation] = [
        "fetch_env": .init(
            words: "could not fetch environment variable \"API_KEY\" because it is not set", lines: (3, 3), variables: ["API_KEY"]
        ),
        "raise": .init(words: "environment variable DATABASE_URL is missing.", lines: (4, 5), variables: ["DATABASE_URL"]),
        "to_integer": .init(words: "argument", lines: (nil, 3), newVariables: ["PORT"]),
        "to_integer_of_nothing": .init(words: "argument", lines: (nil, 2), newVariables: ["POOL_SIZE"]),
        "concatenation": .init(words: "argument", lines: (nil, 3), newVariables: ["PHX_HOST"]),
        "match": .init(words: "no match of right hand side value", lines: (nil, 2), newVariables: ["API_KEY"]),
        "syntax": .init(words: "terminator", lines: (3, 2)),
        "undefined": .init(words: "prot", lines: (2, 2)),
        "file": .init(words: "could not read file \"/nowhere/key\"", lines: (nil, 2)),
        "module": .init(
            words: "could not fetch environment variable \"API_KEY\" because it is not set", lines: (2, 6), variables: ["API_KEY"]
        ),
        "system_config": .init(
            kind: .systemConfig, words: "syntax error before: '}'", file: "sys.config", lines: (1, 1)),
        "vm_args": .init(kind: .vmArguments, words: "bad number of processes none", file: "vm.args", lines: (nil, nil)),
        "env_sh": .init(
            kind: .environmentScript, words: "FLY_APP_NAME: is not set", file: "env.sh", lines: (21, 21),
            variables: ["FLY_APP_NAME"]),
    ]

    /// What the reader says of the recorded files.
    static let reads: [String: [RuntimeReads.Read]] = [
        "fetch_env": [.sample("API_KEY", line: 3, .required)],
        "raise": [.sample("DATABASE_URL", line: 4, .required)],
        "to_integer": [.sample("PORT", line: 3, .defaulted("4000"))],
        "to_integer_of_nothing": [.sample("POOL_SIZE", line: 2, .required)],
        "concatenation": [.sample("PHX_HOST", line: 3, .required)],
        "match": [.sample("API_KEY", line: 2, .required)],
        "module": [.sample("API_KEY", line: 2, isCertain: false, .required)],
    ]

    @Test("message, file, line and variable are found in what was said", arguments: BootFailure.recorded)
    func recorded(failure: BootFailure) throws {
        guard failure.status != 0 else {
            #expect(PreflightFailure.find(in: failure.output) == nil)
            return
        }
        let expected = try #require(Self.expectations[failure.name])
        var reads = RuntimeReads()
        reads.reads = Self.reads[failure.name] ?? []
        let found = try #require(PreflightFailure.find(in: failure.output, reads: reads))
        let isNew = failure.elixir != "1.14.0"
        let line = isNew ? expected.lines.new : expected.lines.old
        #expect(found.kind == expected.kind)
        #expect(found.message.joined(separator: " ").contains(expected.words), "\(found.message)")
        #expect(found.line == line)
        #expect(found.file == (expected.kind == .runtimeConfig && line == nil ? nil : expected.file))
        #expect(found.variables == (isNew ? expected.newVariables ?? expected.variables : expected.variables))
        #expect(
            !found.message.contains { $0.contains("init terminating") || $0.contains("erl_eval") || $0.contains("Runtime term") })
    }

    @Test("each recorded case is expected, with both versions of Elixir")
    func complete() {
        for name in Self.expectations.keys {
            #expect(Set(BootFailure.recorded.filter { $0.name == name }.map(\.elixir)).count == 2, "\(name)")
        }
    }

    /// The exception and the reason of the end come by two ways; either may be all that comes through.
    @Test("the VM's own words are enough when the exception did not come through", arguments: BootFailure.recorded)
    func withoutException(failure: BootFailure) throws {
        let lines = failure.output.split(separator: "\n", omittingEmptySubsequences: false)
        let left = lines.filter { $0.hasPrefix("Runtime terminating") || $0.contains("\"init terminating in do_boot\",") }
        guard !left.isEmpty, ["fetch_env", "raise", "file", "module", "match", "to_integer"].contains(failure.name) else {
            return
        }
        let expected = try #require(Self.expectations[failure.name])
        let found = try #require(PreflightFailure.find(in: left.joined(separator: "\n")))
        #expect(found.kind == .runtimeConfig)
        #expect(found.message.joined(separator: " ").contains(expected.words), "\(found.message)")
        #expect(found.variables == expected.variables)
    }

    @Test(
        "the value that a call did not take is in no message", arguments: BootFailure.recorded.filter { $0.name == "to_integer" })
    func noArguments(failure: BootFailure) throws {
        #expect(failure.output.contains("none-of-these"))
        let found = try #require(PreflightFailure.find(in: failure.output))
        #expect(!"\(found)".contains("none-of-these"))
    }

    @Test("Elixir before 1.12 calls it an ArgumentError")
    func old() throws {
        let output = """
            ERROR! Config provider Config.Reader failed with:
            \u{1B}[31m** (ArgumentError) could not fetch environment variable "API_KEY" because it is not set\u{1B}[0m
                (elixir 1.11.4) lib/system.ex:706: System.fetch_env!/1
            """
        let found = try #require(PreflightFailure.find(in: output))
        #expect(found.message == ["could not fetch environment variable \"API_KEY\" because it is not set"])
        #expect(found.exception == "ArgumentError" && found.variables == ["API_KEY"])
    }

    @Test("what is not known is told as it is, without the noise")
    func other() throws {
        let found = try #require(
            PreflightFailure.find(in: "something broke\n\nCrash dump is being written to: erl_crash.dump...done\n"))
        #expect(found.kind == .other && found.message == ["something broke"])
        #expect(PreflightFailure.find(in: "") == nil && PreflightFailure.find(in: "\n\n") == nil)
    }

    @Test("long outputs and odd bytes come to an end, within the bounds")
    func hostile() {
        var random = LintRandom(seed: 5)
        let outputs = BootFailure.recorded.map { Array($0.output.utf8) }.filter { !$0.isEmpty }
        for _ in 0..<300 {
            var bytes = outputs.randomElement(using: &random) ?? []
            for _ in 0..<20 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            let found = PreflightFailure.find(in: String(decoding: bytes, as: UTF8.self))
            #expect(found?.message.count ?? 0 <= 20 && found?.message.allSatisfy { $0.count <= 500 } ?? true)
        }
        for text in ["** (A) x\n", "    x\n", "error: \n", "'__struct__'=>'Elixir.", "error in config file \"", "/env.sh: "] {
            let output = String(repeating: text, count: (1 << 20) / text.utf8.count)
            #expect(PreflightFailure.find(in: output)?.message.count ?? 0 <= 20)
        }
    }
}
