import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("What cannot be set is refused, and nothing is changed", .serialized)
struct SettingsRefusalTests {
    @Test("names that no variable has, names that beamctl sets itself, values in the wrong place, what is not set")
    func refusals() async throws {
        try await Machine.run { machine in
            let cases: [(arguments: [String], code: Int32, words: String)] = [
                (["env", "set", "hello", "PORT=1"], 64, "PORT"),
                (["env", "set", "hello", "BEAMCTL_X=1"], 64, "BEAMCTL_X"),
                (["env", "set", "hello", "1X=1"], 64, "1X"),
                (["env", "set", "hello", "A-B=1"], 64, "A-B"),
                (["env", "set", "hello", "A=1", "A=2"], 64, "A is given twice"),
                (["env", "set", "hello"], 64, "KEY=VALUE"),
                (["env", "set", "hello", "A=1", "B"], 64, "KEY=VALUE"),
                (["env", "unset", "hello", "NOPE"], 1, "the variable NOPE of 'hello' is not set"),
                (["env", "import", "hello", "/nowhere/at/all"], 1, "/nowhere/at/all"),
                (["secrets", "set", "hello", "HOME"], 64, "HOME"),
                (["secrets", "set", "hello", "a b"], 64, "a b"),
                (["secrets", "set", "hello", "TOKEN=Zeisig-5"], 64, "no argument"),
                (["secrets", "unset", "hello", "NOPE"], 1, "the secret NOPE of 'hello' is not set"),
            ]
            for (arguments, code, words) in cases {
                let outcome = try await machine.beamctl(arguments)
                #expect(outcome.code == code, "\(outcome)")
                #expect(outcome.errors.contains(words), "\(outcome)")
                #expect(!outcome.errors.contains("Zeisig"), "\(outcome)")
            }
            let empty = try await machine.beamctl("secrets", "set", "hello", "TOKEN", input: "")
            #expect(empty.code == 1 && empty.errors.contains("no value for TOKEN"), "\(empty)")
            let broken = try await machine.beamctl("secrets", "import", "hello", "-", input: "A=1\nB=\"Zeisig-6\n")
            #expect(broken.code == 1 && broken.errors.contains(":2"), "\(broken)")
            #expect(!broken.errors.contains("Zeisig"), "\(broken)")
            #expect(try await machine.json(VariablesReport.self, "env", "list", "hello").env.isEmpty)
            #expect(try await machine.json(SecretsReport.self, "secrets", "list", "hello").secrets.isEmpty)
        }
    }

    @Test("what joins a node to its cluster can be set only where beamctl sets up none")
    func clusterNames() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello().text)
            try await machine.deploy(project)
            let before = try await machine.untouched("hello")
            let refused = try await machine.beamctl("env", "set", "hello", "RELEASE_NODE=other@127.0.0.1")
            #expect(refused.code == 64 && refused.errors.contains("RELEASE_NODE cannot be set"), "\(refused)")
            #expect(try await machine.untouched("hello") == before)
            #expect(try await machine.json(VariablesReport.self, "env", "list", "hello").env.isEmpty)
        }
    }

    @Test("a secret that the manifest declares or refers to must be set before the deploy, and stays set while it is needed")
    func missingSecret() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.hello(["GREETING": "Hello, ${secret:WHO}"], more: "secrets: [TOKEN]")
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: manifest.text)
            let refused = try await machine.beamctl("deploy", project, "--no-build")
            #expect(refused.code == 1 && refused.errors.contains("TOKEN") && refused.errors.contains("WHO"), "\(refused)")
            #expect(try await machine.beamctl("status", "hello").code == 1)

            let imported = try await machine.beamctl("secrets", "import", project, "-", input: "TOKEN=Zeisig-7\nWHO=Zeisig-8\n")
            #expect(imported.code == 0, "\(imported)")
            let deployed = try await machine.deploy(project)
            // The manifest's own GREETING is made of it, so it is none that nothing reads.
            #expect(!deployed.errors.contains("warning: WHO"), "\(deployed)")
            let before = try await machine.untouched("hello")
            let needed = try await machine.beamctl("secrets", "unset", "hello", "WHO")
            #expect(needed.code == 1 && needed.errors.contains("WHO"), "\(needed)")
            #expect(try await machine.untouched("hello") == before)
            let secrets = try await machine.json(SecretsReport.self, "secrets", "list", "hello").secrets
            #expect(secrets.map(\.name) == ["TOKEN", "WHO"])
        }
    }
}
