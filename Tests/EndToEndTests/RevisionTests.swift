import FleetModel
import Foundation
import Testing

@Suite("Revisions: what runs before them, and the way back", .serialized)
struct RevisionTests {
    @Test("release_command runs once per deploy, from the new release, before a replica is touched; its output is shown")
    func releaseCommand() async throws {
        try await Machine.run { machine in
            let migrations = machine.home + "/migrations"
            let manifest = SampleManifest.phoenixLike(
                ["DATABASE_URL": "file://\(migrations)"], more: "release_command: bin/migrate")
            let project = try await SampleProject.phoenixLike.copy(to: machine.home, manifest: manifest.text)
            let deployed = try await machine.deploy(project)
            #expect(deployed.errors.contains("  | migrated \(migrations)"))
            try await machine.deploy(project)
            let lines = try String(contentsOfFile: migrations, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("phoenix_like 0.1.0") })
        }
    }

    @Test("a release_command that fails stops the deploy, its secrets hidden; what runs is as it was")
    func failingReleaseCommand() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello().text)
            try await machine.deploy(project)
            _ = try await machine.beamctl("secrets", "set", "hello", "PASS", "--no-deploy", input: "Rotkehlchen-7")
            let before = try await machine.untouched("hello")
            let command = #"release_command: [eval, 'IO.puts("with " <> System.fetch_env!("PASS")); raise "no table"']"#
            try SampleProject.write(SampleManifest.hello(more: command).text, to: project)
            let outcome = try await machine.beamctl("deploy", project, "--no-build")
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("  | with [secret]") && outcome.errors.contains("no table"))
            #expect(!outcome.errors.contains("Rotkehlchen"))
            #expect(try await machine.untouched("hello") == before)
        }
    }

    @Test("a release_command that the release does not have, and a host that another app has, are told before anything is run")
    func impossible() async throws {
        try await Machine.run { machine in
            let manifest = SampleManifest.hello(more: "host: shop.example.com\nrelease_command: bin/migrate")
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: manifest.text)
            let missing = try await machine.beamctl("deploy", project, "--no-build")
            let why = "release_command, beamctl.yml:8: there is no bin/migrate in the release"
            #expect(missing.code == 1 && missing.errors.contains(why), "\(missing)")
            #expect(!missing.errors.contains("apt-get"))
            let ran = machine.home + "/ran"
            let command =
                "release_command: [eval, 'File.write!(\"\(ran)\", \"x\", [:append])']\nenvironments: {staging: {replicas: 1}}"
            try SampleProject.write(SampleManifest.hello(more: "host: shop.example.com\n" + command).text, to: project)
            try await machine.deploy(project)
            let taken = try await machine.beamctl("deploy", project, "--no-build", "-e", "staging")
            #expect(
                taken.code == 1
                    && taken.errors.contains("the host shop.example.com of 'hello-staging' is that of 'hello' already"),
                "\(taken)")
            #expect(try String(contentsOfFile: ran, encoding: .utf8) == "x")
        }
    }

    @Test("history tells who made what; rollback brings an older revision back with its settings; --release takes what CI built")
    func wayBack() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello().text)
            try await machine.deploy(project)
            try #require(try await machine.beamctl("env", "set", "hello", "GREETING=from a setting").code == 0)
            #expect(try await greeting(machine).contains("from a setting"))

            let back = try await machine.beamctl("rollback", "hello")
            try #require(back.code == 0, "\(back)")
            #expect(back.output == "hello runs what revision 1 was   revision 3\n")
            #expect(try await greeting(machine).contains("from a test"))
            let history = try await machine.json(History.self, "history", "hello")
            #expect(history.wanted == 3 && history.revisions.map(\.restores) == [nil, nil, 1])
            #expect(history.revisions.allSatisfy { $0.completedAt != nil && $0.origin.user.contains("@") })

            let archive = machine.home + "/hello.tar.gz"
            try await SampleProject.shell(
                "tar -C '\(project)/_build/prod/rel' -czf '\(archive)' hello && rm -rf '\(project)/_build'")
            let given = try await machine.beamctl("deploy", project, "--release", archive)
            try #require(given.code == 0, "\(given)")
            let after = try await machine.json(History.self, "history", "hello")
            #expect(Set(after.revisions.map(\.release.digest)).count == 1)

            let none = try await machine.beamctl("deploy", project, "--release", project + "/beamctl.yml")
            #expect(none.code == 1 && none.errors.contains("cannot be unpacked"))
            let unknown = try await machine.beamctl("rollback", "hello", "--to", "99")
            #expect(unknown.code == 1 && unknown.errors.contains("'hello' has no revision 99"))
        }
    }

    private func greeting(_ machine: Machine) async throws -> String {
        let replica = try #require(try await machine.status("hello").replicas.first)
        return try await machine.page("/json", of: replica).output
    }
}
