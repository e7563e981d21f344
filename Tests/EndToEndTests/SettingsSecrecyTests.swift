import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("The value of a secret is nowhere but in the app", .serialized)
struct SettingsSecrecyTests {
    /// Long and strange enough to stand nowhere by chance; no part of it is escaped by anybody.
    private static func fresh(_ bird: String) -> String { "\(bird)-\(UUID().uuidString)" }

    private func expectNothing(of secret: String, in outcomes: [Outcome]) {
        for outcome in outcomes {
            let lines = (outcome.output + outcome.errors).split(separator: "\n").filter { $0.contains(secret) }
            #expect(lines == [], "\(outcome.command)")
        }
    }

    @Test("set from a file, from standard input and by import: in no file, no argument, no output, but in the app")
    func nowhere() async throws {
        try await Machine.run { machine in
            let (first, second, third) = (Self.fresh("Zeisig"), Self.fresh("Specht"), Self.fresh("Kleiber"))
            let manifest = SampleManifest.hello(["MIXED": "a ${secret:OTHER} z"])
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: manifest.text)
            let file = "/tmp/beamctl-secret-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: file) }
            try Data("\(first)\nand a line\n".utf8).write(to: URL(fileURLWithPath: file))

            var told = try await watchingArguments(for: [first, second, third]) {
                [
                    try await machine.beamctl("secrets", "set", project, "GREETING", "--file", file),
                    try await machine.beamctl("secrets", "import", project, "-", input: "OTHER=\(third)\n"),
                    try await machine.beamctl("deploy", project, "--no-build"),
                ]
            }
            let asked = try await machine.beamctl("rpc", "hello", "IO.puts(System.get_env(\"GREETING\"))")
            #expect(asked.output == "\(first)\nand a line\n\n", "every byte of the file")
            // Without the last line end, and rolled out.
            told.append(try await machine.beamctl("secrets", "set", "hello", "GREETING", input: second + "\n"))
            let greeting = try await machine.beamctl("rpc", "hello", "IO.puts(System.get_env(\"GREETING\"))")
            #expect(greeting.output == second + "\n", "\(greeting)")
            let mixed = try await machine.beamctl("rpc", "hello", "IO.puts(System.get_env(\"MIXED\"))")
            #expect(mixed.output == "a \(third) z\n", "\(mixed)")
            #expect(told.allSatisfy { $0.code == 0 }, "\(told)")

            let listed = try await machine.json(SecretsReport.self, "secrets", "list", "hello").secrets
            #expect(listed.map(\.name) == ["GREETING", "OTHER"] && listed.map(\.version) == [2, 1])
            #expect(listed.allSatisfy { $0.deployed && $0.setAt != nil })
            told += try await machine.everythingThatIsTold(of: "hello")
            for secret in [first, second, third] {
                expectNothing(of: secret, in: told)
                #expect(try await machine.files(holding: secret) == [])
                #expect(!ProcessTable.arguments().contains { $0.contains(secret) })
            }
            #expect(try await machine.beamctl("secrets", "unset", "hello", "GREETING").code == 0)
            let unset = try await machine.beamctl("rpc", "hello", "IO.puts(System.get_env(\"GREETING\"))")
            #expect(unset.output == "from a test\n", "\(unset)")
        }
    }

    @Test("a placeholder's value stands in the rendered file, which only its owner can read, and nowhere else")
    func rendered() async throws {
        try await Machine.run { machine in
            let secret = Self.fresh("Zeisig")
            let project = try await SampleProject.relx.copy(
                to: machine.home, manifest: SampleManifest.relx().without("GREETING").text)
            let set = try await machine.beamctl("secrets", "set", project, "GREETING", input: secret)
            try #require(set.code == 0, "\(set)")
            let told = [set, try await machine.deploy(project)] + (try await machine.everythingThatIsTold(of: "hello-relx"))
            expectNothing(of: secret, in: told)
            #expect(try await machine.answers(of: "hello-relx").first?.text("greeting") == secret)
            #expect(!ProcessTable.arguments().contains { $0.contains(secret) })

            let replica = try #require(try await machine.status("hello-relx").replicas.first)
            let file = "\(machine.home)/replicas/default/\(replica.name)/config/sys.config"
            #expect(try await machine.files(holding: secret) == [file])
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    /// `samples/hello` that tells everybody a word, in every way that comes to mind, and then fails.
    private static let talkative = SampleProject(
        "hello", as: "talkative",
        build: #"""
            cat >> config/runtime.exs <<'END'
            if word = System.get_env("WORD") do
              IO.puts(word)
              IO.puts(:stderr, "so: #{word}, #{word}!")
              IO.inspect([word: word])
              raise "no: #{word}"
            end
            END
            MIX_ENV=prod mix release --overwrite --quiet
            """#)

    @Test(
        "a release that prints the secret while it fails to boot: the refusal, or the report of the crash loop, hides it",
        arguments: [true, false])
    func told(preflight: Bool) async throws {
        try await Machine.run { machine in
            let (bird, other) = (Self.fresh("Zeisig"), Self.fresh("Specht"))
            let manifest = SampleManifest.hello(more: "config:\n  preflight: \(preflight)")
            let project = try await Self.talkative.copy(to: machine.home, manifest: manifest.text)
            let set = try await machine.beamctl(
                "secrets", "set", project, "WORD", input: "\(bird)\"quoted\\\n\(other) on a line of its own")
            try #require(set.code == 0, "\(set)")
            let refused = try await machine.beamctl("deploy", project, "--no-build", "--timeout", "6")
            #expect(refused.code == (preflight ? 1 : 124), "\(refused)")
            #expect(refused.errors.contains("no: [secret]"), "\(refused)")
            var told = [refused, try await machine.beamctl("config", project)]
            told.append(try await machine.beamctl("config", project, "--json"))
            if !preflight {
                told.append(try await machine.beamctl("status", "hello"))
                told.append(try await machine.beamctl("status", "hello", "--json"))
                told.append(try await machine.beamctl("list", "--json"))
            }
            for secret in [bird, other] {
                expectNothing(of: secret, in: told)
                #expect(!machine.daemonLog.contains(secret))
                // What the replica wrote, and where the VM crashed, is the app's own.
                let own = ["log", "erl_crash.dump"]
                let files = try await machine.files(holding: secret).filter { file in
                    preflight || !own.contains { file.hasSuffix("/" + $0) }
                }
                #expect(files == [])
            }
        }
    }

    @Test("a crash whose reason holds the secret: told without it, as text, as JSON and in the file beside the dump")
    func crash() async throws {
        try await Machine.run { machine in
            let secret = Self.fresh("Zeisig")
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello().text)
            try await machine.set(secret: "WORD", to: secret, of: project)
            try await machine.deploy(project)
            let end = "spawn(fn -> Process.sleep(200); :erlang.halt(~c\"why: #{System.get_env(\"WORD\")}\") end)"
            try #require(try await machine.beamctl("rpc", "hello", end).code == 0)
            try await machine.until("the dump is kept") {
                try await machine.json([CrashReport].self, "crashes", "hello").count == 1
            }
            // A later value hides the former one no less.
            try await machine.set(secret: "WORD", to: "another word", of: project)
            let table = try await machine.beamctl("crashes", "hello")
            #expect(table.output.contains("why: [secret]"), "\(table)")
            let json = try await machine.beamctl("crashes", "hello", "--json")
            expectNothing(of: secret, in: [table, json])
            let dump = try #require(try await machine.json([CrashReport].self, "crashes", "hello").first)
            #expect(dump.slogan == "why: [secret]")
            let summary = try String(contentsOfFile: dump.path + ".json", encoding: .utf8)
            #expect(summary.contains("why: [secret]") && !summary.contains(secret))
        }
    }
}
