import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("A configuration that cannot work is refused before a replica is touched", .serialized)
struct ConfigurationFailureTests {
    /// A sample that runs, and a deploy of it that cannot.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let project: SampleProject
        let good: SampleManifest
        let bad: SampleManifest
        /// What the refusal says.
        let words: [String]

        init(
            _ name: String, _ project: SampleProject, _ good: SampleManifest, _ bad: SampleManifest, says words: [String]
        ) {
            testDescription = name
            self.project = project
            self.good = good
            self.bad = bad
            self.words = words
        }

        init(_ name: String, _ project: SampleProject, _ good: SampleManifest, without variable: String, says words: [String]) {
            self.init(name, project, good, good.without(variable), says: words + [variable])
        }
    }

    /// `samples/hello` that will not do without a greeting, as `mix phx.new` never writes it, and many people do.
    private static let demanding = SampleProject(
        "hello", as: "demanding",
        build: #"""
            printf '%s\n' 'config :hello, greeting: System.fetch_env!("GREETING")' >> config/runtime.exs
            MIX_ENV=prod mix release --overwrite --quiet
            """#)
    private static let distillery = SampleManifest.legacy(
        ["STORE_HOST": "h", "POOL_SIZE": "1", "MAX_PROCESSES": "262144", "EXTRA_FLAGS": ""],
        more: "build:\n  tool: distillery")

    static let cases = [
        Case("runtime.exs that raises", .phoenixLike, .phoenixLike(), without: "DATABASE_URL", says: ["runtime.exs:13"]),
        Case("System.fetch_env!", demanding, .hello(), without: "GREETING", says: ["runtime.exs:9"]),
        Case("a placeholder in mix's sys.config", .legacy, .legacy(), without: "STORE_USER", says: ["sys.config:3:"]),
        Case("a placeholder in vm.args", .legacy, .legacy(), without: "NOTE", says: ["vm.args:7:18"]),
        Case("a placeholder in relx's sys.config.src", .relx, .relx(), without: "GREETING", says: ["sys.config.src:6:"]),
        Case("a placeholder of Distillery's", .distilleryLegacy, distillery, without: "MAX_PROCESSES", says: ["vm.args:4:"]),
        Case(
            "a value that makes sys.config no Erlang term", .relx, .relx(), .relx(["LIMITS": "10, {"]),
            says: ["sys.config.src:9:", "LIMITS", "no Erlang term"]),
        Case(
            "a value that must be an integer", .phoenixLike, .phoenixLike(), .phoenixLike(["POOL_SIZE": "abc"]),
            says: ["POOL_SIZE", "integer"]),
        Case(
            "a value that only the boot shows to be none", .hello, .hello(), .hello(["BOOM": "now"]),
            says: ["does not boot", "boom: now"]),
        Case(
            "a command that is not in the release", .hello, .hello(),
            .hello(more: "command: bin/nope"), says: ["command, beamctl.yml:7: there is no bin/nope in the release"]),
        Case(
            "a port that is none", .relx, .relx(), .relx(["HTTP_PORT": "abc"]), says: ["HTTP_PORT", "beamctl.yml:7", "no port"]),
    ]

    @Test("exit code 1, and what is wrong where; everything that runs is as it was", arguments: cases)
    func refused(_ refused: Case) async throws {
        try await Machine.run { machine in
            let project = try await refused.project.copy(to: machine.home, manifest: refused.good.text)
            try await machine.deploy(project)
            let before = try await machine.untouched(refused.good.app)

            try SampleProject.write(refused.bad.text, to: project)
            let outcome = try await machine.beamctl("deploy", project, "--no-build")
            #expect(outcome.code == 1, "\(outcome)")
            for word in refused.words { #expect(outcome.errors.contains(word), "\(outcome)") }
            #expect(try await machine.untouched(refused.good.app) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: machine.home + "/preflight").isEmpty)
        }
    }

    @Test("config.preflight: false lets it through to its crash loop, and the old replica goes on")
    func withoutPreflight() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello().text)
            try await machine.deploy(project)
            let old = try #require(try await machine.status("hello").replicas.first)
            let bad = SampleManifest.hello(["BOOM": "now"], more: "config:\n  preflight: false")
            try SampleProject.write(bad.text, to: project)
            let outcome = try await machine.beamctl("deploy", project, "--no-build", "--timeout", "8")
            #expect(outcome.code == 124, "\(outcome)")
            #expect(outcome.errors.contains("boom: now"))
            let status = try await machine.status("hello")
            #expect(status.revision.number == 2)
            #expect(status.replicas.contains { $0.pid == old.pid && $0.phase == .ready && $0.restarts == 0 })
        }
    }

    @Test("an app that was never deployed is not there after a refusal")
    func neverDeployed() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.relx.copy(
                to: machine.home, manifest: SampleManifest.relx().without("GREETING").text)
            #expect(try await machine.beamctl("deploy", project, "--no-build").code == 1)
            #expect(try await machine.beamctl("status", "hello-relx").code == 1)
            #expect(machine.processes(named: "beam.smp").isEmpty)
        }
    }
}
