import Foundation
import TestSupport
import Testing

@Suite("Images without a daemon, run by a real Docker Engine", .serialized)
struct ImageTests {
    /// What `beamctl build --json` says, as far as tests look at it.
    private struct Built: Decodable {
        struct One: Decodable {
            struct Part: Decodable {
                var name: String
                var digest: String
                var size: Int
            }

            var layers: [Part]
            var problems: [String]
            var notes: [String]
        }

        struct Pushed: Decodable {
            var sentBytes: Int
            var sentBlobs: Int
        }

        var name: String
        var digest: String
        var images: [One]
        var pushed: Pushed?
    }

    private func build(_ machine: Machine, _ project: String, _ arguments: String...) async throws -> Built {
        let outcome = try await machine.beamctl(["build", project, "--json"] + arguments, within: .seconds(120))
        try #require(outcome.code == 0, "\(outcome)")
        return try JSONDecoder().decode(Built.self, from: Data(outcome.output.utf8))
    }

    /// Builds a sample that is built already, and has the Engine load it.
    private func load(_ machine: Machine, _ sample: SampleProject, _ manifest: String, _ base: String) async throws -> Built {
        let project = try await sample.copy(to: machine.home, manifest: manifest)
        let archive = machine.home + "/image.tar"
        try await ReadBase.give(base, to: machine)
        let built = try await build(machine, project, "--no-build", "--base", base, "--output", archive)
        #expect(built.images.allSatisfy { $0.problems.isEmpty }, "\(built)")
        try await DockerTestbed.run("load", "--quiet", "--input", archive)
        return built
    }

    private func page(_ container: String, _ path: String = "/") async throws -> String? {
        let address = try await DockerTestbed.run(
            "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container)
        let outcome = try await Command("/usr/bin/curl", ["-sS", "-m", "5", "http://\(address):4000\(path)"]).run(
            within: .seconds(10))
        return outcome.code == 0 ? outcome.output : nil
    }

    @Test("three containers of one image find each other by the name that Docker gives them, and mesh")
    func mesh() async throws {
        let engine = try await DockerTestbed.engine()
        try await Machine.run { machine in
            let built = try await load(machine, .hello, ManifestText.hello(), engine.base)
            try await Containers.use { containers in
                let network = try await containers.network()
                var names: [String] = []
                for _ in 0..<3 {
                    names.append(
                        try await containers.start(
                            built.name, environment: ["BEAMCTL_PEERS": "peers", "RELEASE_COOKIE": "cookie-of-a-test"],
                            options: ["--network", network, "--network-alias", "peers"]))
                }
                for name in names {
                    try await machine.until("three nodes meshed") {
                        let told = try await DockerTestbed.docker(
                            "exec", name, "/beamctl/entrypoint", "rpc", "IO.puts(length(Node.list()))")
                        return told.output == "2\n"
                    }
                    #expect(try await DockerTestbed.docker("exec", name, "/beamctl/entrypoint", "healthy").code == 0)
                    #expect(try await page(name)?.contains("Hello") == true)
                    let processes = try await DockerTestbed.run("top", name, "-eo", "pid,args")
                    #expect(!processes.contains("cookie-of-a-test"))
                }
                try await DockerTestbed.run("stop", "--time", "20", names[0])
                #expect(try await DockerTestbed.run("inspect", "--format", "{{.State.ExitCode}}", names[0]) == "0")
                try await machine.until("two nodes left") {
                    try await DockerTestbed.docker("exec", names[1], "/beamctl/entrypoint", "rpc", "IO.puts(length(Node.list()))")
                        .output
                        == "1\n"
                }
            }
        }
    }

    @Test("values arrive unharmed through REPLACE_OS_VARS and relx in a container; a missing one is told before anything boots")
    func configuration() async throws {
        let engine = try await DockerTestbed.engine()
        try await Machine.run { machine in
            let legacy = try await load(machine, .legacy, "app: legacy\nhttp: 4000\n", engine.base)
            try await Containers.use { containers in
                var variables = [
                    "REPLACE_OS_VARS": "true", "GREETING": HostileText.all(own: "GREETING"), "MOTTO": "Größer",
                    "MODE": "read-only", "STORE_USER": "u",
                    "STORE_PASSWORD": "it's ${not} \\ & \"that\"", "NOTE": "two words",
                ]
                let name = try await containers.start(legacy.name, environment: variables)
                try await machine.until("an answer") { try await page(name, "/config") != nil }
                let answer = Answer(try await page(name, "/config") ?? "")
                #expect(answer.text("greeting") == HostileText.all(own: "GREETING"))
                #expect(answer.text("store_url")?.contains("it's ${not} \\ & \"that\"") == true)
                variables["STORE_USER"] = nil
                let broken = try await containers.start(legacy.name, environment: variables)
                try await machine.until("its end") {
                    try await DockerTestbed.run("inspect", "--format", "{{.State.Status}}", broken) == "exited"
                }
                let told = try await DockerTestbed.docker("logs", broken)
                #expect(told.errors.contains("STORE_USER: it is not set"), "\(told)")
                #expect(try await DockerTestbed.run("inspect", "--format", "{{.State.ExitCode}}", broken) == "78")
            }
            let relx = try await load(machine, .relx, "app: relx\nhttp: 4000\n", engine.base)
            try await Containers.use { containers in
                let name = try await containers.start(
                    relx.name, environment: ["GREETING": HostileText.all(own: "GREETING"), "LIMITS": "1, 2", "NOTE": "x"])
                try await machine.until("an answer") { try await page(name, "/config") != nil }
                #expect(Answer(try await page(name, "/config") ?? "").text("greeting") == HostileText.all(own: "GREETING"))
            }
        }
    }

    @Test("a release whose NIFs need what the base lacks brings it along, and says so; told not to, it says what is missing")
    func libraries() async throws {
        let engine = try await DockerTestbed.engine()
        try await Machine.run { machine in
            let manifest = "app: phoenix-like\nhttp: 4000\n"
            let built = try await load(machine, .phoenixLike, manifest, engine.base)
            #expect(built.images[0].notes.contains { $0.contains("libcrypto.so.3") })
            try await Containers.use { containers in
                let name = try await containers.start(
                    built.name,
                    environment: [
                        "DATABASE_URL": "file:///tmp/x", "SECRET_KEY_BASE": String(repeating: "s", count: 64),
                        "PHX_HOST": "localhost",
                    ])
                try await machine.until("an answer") { try await page(name, "/health") != nil }
                let told = try await DockerTestbed.docker(
                    "exec", name, "/beamctl/entrypoint", "rpc", "IO.puts(byte_size(:crypto.strong_rand_bytes(8)))")
                #expect(told.output == "8\n", "\(told)")
            }
            let project = try await SampleProject.phoenixLike.copy(
                to: machine.home, manifest: manifest + "image: {bring_libraries: false}\n")
            let bare = try await build(machine, project, "--no-build", "--base", engine.base)
            #expect(bare.images[0].problems.contains { $0.contains("has no libcrypto.so.3, which lib/crypto-") })
        }
    }

    @Test(
        "built in two folders the digest is the same; after a change of one line only the app's layer is pushed, less than 100 KB"
    )
    func sameDigest() async throws {
        let engine = try await DockerTestbed.engine()
        try await Machine.run { machine in
            let registry = try await TestRegistry()
            let name = "\(registry.name)/acme/hello"
            var built: [Built] = []
            for folder in ["one", "two/deeper"] {
                let project = "\(machine.home)/\(folder)"
                try await SampleProject.shell(
                    "mkdir -p '\(project)'; cd '\(Programs.checkout)/samples/hello'; tar cf - --exclude=./_build . | tar xf - -C '\(project)'"
                )
                built.append(try await build(machine, project, "--base", engine.base, "--tag", "\(name):1", "--push"))
            }
            #expect(built[0].digest == built[1].digest)
            #expect(built[0].pushed?.sentBytes ?? 0 > 1 << 20 && built[1].pushed?.sentBytes == 0)
            let project = "\(machine.home)/one"
            try await SampleProject.shell("cd '\(project)'; sed -i 's/listening on port/listens on port/' lib/hello/server.ex")
            let changed = try await build(machine, project, "--base", engine.base, "--tag", "\(name):2", "--push")
            let before = built[0].images[0].layers.map(\.digest)
            let after = changed.images[0].layers.map(\.digest)
            #expect(before.count == after.count && zip(before, after).filter { $0 != $1 }.count == 1 && before.last != after.last)
            let sent = try #require(changed.pushed)
            #expect(sent.sentBlobs == 2 && sent.sentBytes < 100_000, "the app's layer and the configuration: \(sent)")
        }
    }

    @Test("wrong input is told in one line with what to do, and leaves nothing behind")
    func wrongInput() async throws {
        try await Machine.run { machine in
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: ManifestText.hello())
            try await SampleProject.shell("cd '\(machine.home)'; head -c 3000 /dev/urandom > noise.tar; mkdir empty")
            let cases: [(arguments: [String], code: Int32, told: String)] = [
                (["--base", "/nowhere.tar"], 1, "/nowhere.tar: there is no such file or folder"),
                (["--base", machine.home + "/noise.tar"], 1, "is no tar archive, or a header of it is damaged"),
                (["--base", machine.home + "/empty"], 1, "is a folder and no OCI image layout"),
                (["--base", "Debian"], 1, "'Debian': 'library/Debian' is no repository"),
                (["--base", "127.0.0.1:1/debian"], 1, "nothing listens there"),
                (["--output", "/nowhere/x.tar"], 1, "--output /nowhere/x.tar: there is no folder /nowhere"),
                (["--platform", "amd64"], 64, "is not like linux/amd64"),
                (["--release", "/nowhere"], 64, "--release names a release: --no-build is another one"),
                (["--tag", "a b"], 1, "'a b': 'library/a b' is no repository"),
            ]
            for one in cases {
                let outcome = try await machine.beamctl(["build", project, "--no-build"] + one.arguments)
                #expect(outcome.code == one.code && outcome.errors.contains(one.told) && outcome.output.isEmpty, "\(outcome)")
            }
            let blobs = try FileManager.default.contentsOfDirectory(atPath: machine.home + "/images/blobs/sha256")
            #expect(blobs.isEmpty)
        }
    }
}
