import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("Variables that are set beside the manifest", .serialized)
struct SettingsTests {
    /// What its one replica says that it was given.
    private func greeting(_ machine: Machine) async throws -> String {
        let replica = try #require(try await machine.status("hello").replicas.first { $0.phase == .ready })
        struct Facts: Decodable { let greeting: String }
        return try JSONDecoder().decode(Facts.self, from: Data(try await machine.page("/json", of: replica).output.utf8)).greeting
    }

    private func variables(_ machine: Machine) async throws -> [VariablesReport.Row] {
        try await machine.json(VariablesReport.self, "env", "list", "hello").env
    }

    @Test("set and unset make a revision each and roll it out; --no-deploy waits for the next deploy")
    func setAndUnset() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello().text)
            try await machine.deploy(project)

            let value = "a = b; \"c\" \\ ${X} Größe 😀"
            let set = try await machine.beamctl("env", "set", "hello", "GREETING=\(value)", "EMPTY=")
            #expect(set.code == 0, "\(set)")
            #expect(set.output == "hello: 2 variables set   revision 2\n")
            #expect(try await greeting(machine) == value)
            #expect(
                try await variables(machine) == [
                    .init(name: "EMPTY", value: "", deployed: true), .init(name: "GREETING", value: value, deployed: true),
                ])

            // In the project, the app need not be named.
            let kept = try await machine.beamctl("env", "set", "GREETING=later", "--no-deploy", in: project)
            #expect(kept.output == "hello: 1 variable set; kept for the next deploy\n", "\(kept)")
            #expect(try await greeting(machine) == value)
            #expect(try await variables(machine).last == .init(name: "GREETING", value: "later", deployed: false))
            let table = try await machine.beamctl("env", "list", in: project)
            #expect(table.output.contains("for the next deploy"), "\(table)")
            try await machine.deploy(project)
            #expect(try await greeting(machine) == "later")
            #expect(try await machine.status("hello").revision.number == 3)

            #expect(try await machine.beamctl("env", "unset", "hello", "GREETING", "EMPTY").code == 0)
            #expect(try await greeting(machine) == "from a test")
            #expect(try await variables(machine).isEmpty)
            #expect(try await machine.status("hello").revision.number == 4)
        }
    }

    @Test("what is set before the first deploy is part of it; a dotenv file is read as its writers mean it")
    func beforeFirstDeploy() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello().text)
            try Data("# a comment\nexport GREETING=\"two\\nlines\" # more\nPLAIN='a $b'\n".utf8).write(
                to: URL(fileURLWithPath: project + "/.env"))
            let file = try await machine.beamctl("env", "import", project, project + "/.env")
            #expect(
                file.output == "hello: 2 variables set; kept for its first deploy: no app of that name is deployed yet\n",
                "\(file)")
            let table = try await machine.beamctl("env", "list", "hello")
            #expect(table.output.contains("for the first deploy"), "\(table)")
            let input = try await machine.beamctl("env", "import", "hello", "-", input: "PLAIN=from standard input\n")
            #expect(input.code == 0, "\(input)")
            #expect(try await machine.beamctl("status", "hello").code == 1)

            try await machine.deploy(project)
            #expect(try await greeting(machine) == "two\nlines")
            #expect(try await variables(machine).map(\.deployed) == [true, true])
            let asked = try await machine.beamctl("rpc", "hello", "IO.puts(System.get_env(\"PLAIN\"))")
            #expect(asked.output == "from standard input\n", "\(asked)")
            #expect(try await machine.status("hello").revision.number == 1)
        }
    }

    @Test("what does not boot is not set: the old settings and the old replicas stay")
    func failedPreflight() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello().text)
            try await machine.deploy(project)
            #expect(try await machine.beamctl("env", "set", "hello", "GREETING=kept").code == 0)
            let before = try await machine.untouched("hello")

            let refused = try await machine.beamctl("env", "set", "hello", "BOOM=now", "GREETING=lost")
            #expect(refused.code == 1)
            #expect(refused.errors.contains("boom: now"), "\(refused)")
            let secret = try await machine.beamctl("secrets", "set", "hello", "BOOM", input: "Zeisig-4")
            #expect(secret.code == 1)
            #expect(secret.errors.contains("boom: [secret]"), "\(secret)")

            #expect(try await machine.untouched("hello") == before)
            #expect(try await variables(machine).map(\.value) == ["kept"])
            #expect(try await machine.json(SecretsReport.self, "secrets", "list", "hello").secrets.isEmpty)
        }
    }

    @Test(
        "a command that waits for a value ends with an interrupt; data that nobody takes is no success; control characters are written out"
    )
    func terminal() async throws {
        try await Machine.run { machine in
            // The one that gives nothing ends by itself: as long as it lives the script counts as running.
            let script = """
                sleep 8 | '\(Programs.beamctl)' secrets set hello X --no-deploy & child=$!
                sleep 2; kill -INT $child; wait $child; echo $?
                """
            let interrupted = try await Command("/bin/sh", ["-c", script], environment: machine.environment).run(
                within: .seconds(30))
            #expect(interrupted.output == "130\n" && interrupted.errors.contains("error: interrupted"), "\(interrupted)")
            let full = try await Command(
                "/bin/sh", ["-c", "'\(Programs.beamctl)' version > /dev/full"], environment: machine.environment
            ).run(within: .seconds(10))
            #expect(full.code == 1 && full.errors.contains("standard output: No space left on device"), "\(full)")
            let set = try await machine.beamctl("env", "set", "hello", "NOTE=a\r\nb\u{1B}[31mc", "--no-deploy")
            try #require(set.code == 0, "\(set)")
            let listed = try await machine.beamctl("env", "list", "hello")
            #expect(listed.output.contains(#"a\r\nb\u{1b}[31mc"#), "\(listed)")
        }
    }
}
