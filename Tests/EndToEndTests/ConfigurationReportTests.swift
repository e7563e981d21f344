import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("beamctl config says what a release reads and what it is given", .serialized)
struct ConfigurationReportTests {
    @Test("as a table: every variable, its state, its source, its value, and the place that reads it; nothing is deployed")
    func table() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.phoenixLike(["POOL_SISE": "5"]).without("SECRET_KEY_BASE")
            let project = try await SampleProject.phoenixLike.copy(to: machine.home, manifest: manifest.text)
            let outcome = try await machine.beamctl("config", project)
            #expect(outcome.code == 1)
            let rows = outcome.output.split(separator: "\n").map(Self.words)
            #expect(rows.first == ["VARIABLE", "STATE", "SOURCE", "VALUE", "READ", "BY"])
            #expect(rows.contains(["DATABASE_URL", "given", "env,", "beamctl.yml:6", "file:///dev/null", "runtime.exs:13"]))
            #expect(rows.contains(["SECRET_KEY_BASE", "missing", "-", "-", "runtime.exs:29"]))
            #expect(rows.contains(["PHX_HOST", "given", "beamctl", "phoenix-like.localhost", "runtime.exs:35"]))
            #expect(rows.contains(["ECTO_IPV6", "optional", "-", "-", "runtime.exs:19"]))
            #expect(rows.contains(["PORT", "given", "beamctl", "20000", "runtime.exs:36"]))
            #expect(
                rows.contains(["POOL_SISE", "unread", "env,", "beamctl.yml:8", "5", "nothing:", "POOL_SIZE", "was", "meant?"]),
                "\(outcome)")
            #expect(outcome.errors.contains("SECRET_KEY_BASE"), "\(outcome)")
            #expect(try await machine.beamctl("list").output.isEmpty)
            #expect(machine.processes(named: "beam.smp").isEmpty)
        }
    }

    private static func words(_ line: Substring) -> [String] { line.split(separator: " ").map(String.init) }

    @Test("as JSON: the same, with each place's kind; of a folder, and of what is deployed")
    func json() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.phoenixLike(["PHX_HOTS": "x"])
            let project = try await SampleProject.phoenixLike.copy(to: machine.home, manifest: manifest.text)
            let planned = try await machine.json(ConfigReport.self, "config", project)
            #expect(planned.app == "phoenix-like" && planned.process == "web" && planned.boots == true)
            let url = try #require(planned["DATABASE_URL"])
            #expect(url.state == "given" && url.value == "file:///dev/null" && url.source == "env, beamctl.yml:6")
            #expect(
                url.reads == [
                    ConfigReport.Read(
                        file: "runtime.exs", line: 13, column: 5, kind: "required", certain: true, default: nil)
                ])
            #expect(planned["PHX_HOST"]?.reads.first?.default == "example.com")
            #expect(planned["PORT"]?.source == "beamctl")
            #expect(planned["PHX_HOTS"]?.state == "unread" && planned["PHX_HOTS"]?.suggestion == "PHX_HOST")
            #expect(planned.has("variable-unread", "PHX_HOTS"))
            #expect(planned.problems.allSatisfy { $0.severity == "warning" })

            try await machine.deploy(project)
            let deployed = try await machine.json(ConfigReport.self, "config", "phoenix-like")
            #expect(deployed["DATABASE_URL"]?.source == "env, the manifest of revision 1")
            #expect(deployed.variables.map(\.state) == planned.variables.map(\.state))
            #expect(try await machine.status("phoenix-like").revision.number == 1)
        }
    }

    @Test("what does not boot is in the JSON too, with the exit code 1")
    func jsonOfFailure() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.phoenixLike().without("DATABASE_URL")
            let project = try await SampleProject.phoenixLike.copy(to: machine.home, manifest: manifest.text)
            let outcome = try await machine.beamctl("config", project, "--json")
            #expect(outcome.code == 1)
            let report = try JSONDecoder().decode(ConfigReport.self, from: Data(outcome.output.utf8))
            #expect(report.boots == false)
            #expect(report["DATABASE_URL"]?.state == "missing")
            let boot = try #require(report.problems.first { $0.code == "does-not-boot" })
            #expect(boot.file == "runtime.exs" && boot.line == 13 && boot.variable == "DATABASE_URL")
            #expect(report.has("variable-missing", "DATABASE_URL"))
        }
    }

    @Test("the difference shows each line before and after rendering, and no secret")
    func difference() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.relx(["URL_HOST": "${secret:HOST}", "NOTE": "plain"]).without("GREETING")
            let project = try await SampleProject.relx.copy(to: machine.home, manifest: manifest.text)
            for (name, value) in [("GREETING", "Zeisig-1"), ("HOST", "Zeisig-2")] {
                let set = try await machine.beamctl("secrets", "set", project, name, input: value)
                try #require(set.code == 0, "\(set)")
            }
            let words = try await machine.beamctl("config", project, "--diff")
            #expect(words.code == 0, "\(words)")
            #expect(words.output.contains("13 - -env HELLO_NOTE ${NOTE:-none}\n13 + -env HELLO_NOTE plain\n"), "\(words)")
            let lines = try await machine.json(DifferenceReport.self, "config", project, "--diff").lines
            let port = try #require(lines.first { $0.file == "sys.config.src" && $0.line == 5 })
            #expect(port.before == "        {port, ${PORT}}," && port.after == "        {port, 20000},")
            for line in lines where [6, 10].contains(line.line ?? 0) && line.file == "sys.config.src" {
                #expect(line.after?.contains("redacted_") == true)
            }
            #expect(!"\(words) \(lines)".contains("Zeisig"))
        }
    }

    @Test("of one variable, every place that gives it is told, and which one holds")
    func explanation() async throws {
        try await Machine.run { machine in
            let more = """
                processes:
                  web:
                    env:
                      GREETING: of the process
                environments:
                  staging:
                    env:
                      GREETING: of the environment
                    processes:
                      web:
                        env:
                          GREETING: of the environment's process
                """
            let text = """
                app: hello
                env:
                  GREETING: of the app
                \(more)

                """
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: text)
            let deploy = ["-e", "staging", "--no-deploy"]
            #expect(try await machine.beamctl(["env", "set", project, "GREETING=of the machine"] + deploy).code == 0)
            let set = try await machine.beamctl(["secrets", "set", project, "GREETING"] + deploy, input: "Zeisig-3")
            #expect(set.code == 0, "\(set)")

            let report = try await machine.json(
                ExplanationReport.self, "config", project, "--explain", "GREETING", "-e", "staging")
            #expect(
                report.layers.map(\.source) == [
                    "env, beamctl.yml:3", "processes.web.env, beamctl.yml:7", "environments.staging.env, beamctl.yml:11",
                    "environments.staging.processes.web.env, beamctl.yml:15", "beamctl env", "secret",
                ])
            #expect(
                report.layers.map(\.value) == [
                    "of the app", "of the process", "of the environment", "of the environment's process", "of the machine", nil,
                ])
            #expect(report.layers.map(\.holds) == [false, false, false, false, false, true])
            let words = try await machine.beamctl("config", project, "--explain", "GREETING", "-e", "staging")
            #expect(words.output.contains("  → secret: [secret]\n"), "\(words)")
            #expect(words.output.contains("    env, beamctl.yml:3: of the app  (covered)\n"), "\(words)")

            // Without the environment, its layers and its settings are not there.
            let plain = try await machine.json(ExplanationReport.self, "config", project, "--explain", "GREETING")
            #expect(plain.layers.map(\.value) == ["of the app", "of the process"])
            let port = try await machine.json(ExplanationReport.self, "config", project, "--explain", "PORT")
            #expect(port.layers.map(\.source) == ["beamctl"] && port.reserved != nil)
            let none = try await machine.json(ExplanationReport.self, "config", project, "--explain", "NOWHERE")
            #expect(none.layers.isEmpty)
        }
    }
}
