import FleetModel
import Foundation
import Testing

@Suite("config.render: native: what the release's own start would make of a configuration is tried, too", .serialized)
struct ConfigurationNativeTests {
    private static let native = "config:\n  render: native"

    private static func refused(_ project: String, _ machine: Machine, says words: String...) async throws {
        let outcome = try await machine.beamctl("deploy", project, "--no-build")
        #expect(outcome.code == 1, "\(outcome)")
        for word in words { #expect(outcome.errors.contains(word), "\(outcome)") }
        #expect(try await machine.beamctl("list").output.isEmpty)
        #expect(machine.processes(named: "beam.smp").isEmpty)
    }

    @Test("mix: placeholders that are to be replaced, and would not be, are an error; those that break vm.args do not boot")
    func mix() async throws {
        try await Machine.run { machine in
            let asked = SampleManifest.legacy(more: Self.native)
            let project = try await SampleProject.legacy.copy(to: machine.home, manifest: asked.text)
            try await Self.refused(
                project, machine, says: "nothing replaces them: config.render is native", "try: remove config.render: native\n")
            try SampleProject.write(asked.without("REPLACE_OS_VARS").text, to: project)
            try await Self.refused(project, machine, says: "does not boot", "${MAX_PROCESSES:-262144}")
        }
    }

    @Test("relx: its own script fills in the files of a trial; what it breaks is refused, what it does not runs")
    func relx() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.relx(more: Self.native).without("GREETING")
            let project = try await SampleProject.relx.copy(to: machine.home, manifest: manifest.text)
            // A quote in a secret is seen by nobody but the trial.
            try await machine.set(secret: "GREETING", to: "Zeisig \"quoted\"", of: project)
            try await Self.refused(project, machine, says: "does not boot with this configuration (GREETING): sys.config:6")
            try await machine.set(secret: "GREETING", to: "Zeisig", of: project)
            let deployed = try await machine.deploy(project)
            #expect(!deployed.errors.contains("not tried"), "\(deployed)")
            #expect(try await machine.answers(of: "hello-relx").first?.text("greeting") == "Zeisig")
            let evaluated = try await machine.beamctl("eval", "hello-relx", "application:get_env(hello_relx, greeting)")
            #expect(evaluated.output == "{ok,<<\"Zeisig\">>}\n", "\(evaluated)")
        }
    }

    @Test("Distillery: the same; a start script that cannot try it is told of")
    func distillery() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.legacy(
                ["STORE_HOST": "h", "POOL_SIZE": "1", "MAX_PROCESSES": "262144", "EXTRA_FLAGS": ""],
                more: "build:\n  tool: distillery\n" + Self.native
            ).without("MOTTO")
            let project = try await SampleProject.distilleryLegacy.copy(to: machine.home, manifest: manifest.text)
            try await machine.set(secret: "MOTTO", to: "Zeisig \"quoted\"", of: project)
            try await Self.refused(project, machine, says: "does not boot")
            try await machine.set(secret: "MOTTO", to: "Zeisig", of: project)
            #expect(!(try await machine.deploy(project)).errors.contains("not tried"))
            for isStopped in [false, true] {
                if isStopped { try #require(try await machine.beamctl("stop", "legacy").code == 0) }
                let evaluated = try await machine.beamctl("eval", "legacy", "application:get_env(legacy, motto)")
                #expect(evaluated.output == "{ok,\"Zeisig\"}\n", "\(evaluated)")
            }

            let command = "_build/prod/rel/legacy/releases/0.1.0/libexec/commands/console_boot.sh"
            try FileManager.default.removeItem(atPath: "\(project)/\(command)")
            let deployed = try await machine.deploy(project)
            let why = "config.render is native, and the release's start script has no console_boot"
            #expect(deployed.errors.contains("not tried: \(why)"), "\(deployed)")
        }
    }
}

extension Machine {
    /// Sets a secret for the next deploy.
    func set(secret name: String, to value: String, of project: String) async throws {
        let set = try await beamctl("secrets", "set", project, name, "--no-deploy", input: value)
        try #require(set.code == 0, "\(set)")
    }
}
