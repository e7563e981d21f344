import BeamRelease
import Foundation
import OCIImage
import Testing

@testable import ImageBuild

@Suite("Dockerfiles")
struct TemplateTests {
    private static func facts() -> DockerfileFacts {
        var facts = DockerfileFacts(
            release: "shop", tool: .mix, builderBase: "elixir:1.18-slim", runnerBase: "debian:bookworm-slim")
        facts.hasDependencies = true
        facts.hasPackages = true
        facts.hasLock = true
        facts.code = [.init(from: "lib", to: "lib")]
        facts.assets = [.init(from: "assets", to: "assets")]
        facts.releaseFiles = [.init(from: "config/runtime.exs", to: "config/")]
        facts.compileConfig = ["config.exs", "prod.exs"]
        facts.hasAssets = true
        facts.httpPort = 4000
        facts.labels = ["a": #"say "$HOME" \ "#]
        facts.runnerPackages = ["openssl"]
        return facts
    }

    private func lines(_ name: String, _ facts: DockerfileFacts) throws -> [String] {
        try #require(DockerfileTemplate.named(name)).render(facts).split(separator: "\n").map(String.init)
    }

    @Test("each template renders to a Dockerfile without a trace of Mustache", arguments: DockerfileTemplate.all.map(\.name))
    func renders(name: String) throws {
        var facts = Self.facts()
        facts.isBuiltHere = name != "runner-only"
        let text = try #require(DockerfileTemplate.named(name)).render(facts)
        #expect(!text.contains("{{") && !text.contains("&quot;") && !text.contains("\n\n\n"))
        #expect(text.hasPrefix("# Made by beamctl of its template \"\(name)\""))
        #expect(text.contains("\nUSER 65534:65534\n") && text.contains("\nENTRYPOINT [\"/beamctl/entrypoint\"]\n"))
        #expect(text.contains("LABEL a=\"say \\\"\\$HOME\\\" \\\\ \"\n"))
        #expect(text.contains("FROM ${BUILDER_BASE} AS builder") == (name != "runner-only"))
    }

    @Test("what changes seldom is copied before what changes often")
    func order() throws {
        let lines = try lines("phoenix", Self.facts())
        let places = try [
            "ENV MIX_ENV=prod", "COPY mix.exs mix.lock ./", "COPY config/prod.exs config/", "RUN mix deps.get --only prod",
            "RUN mix deps.compile",
            "COPY lib lib", "RUN mix compile", "COPY assets assets", "RUN mix assets.deploy", "COPY config/runtime.exs config/",
            "RUN mix release shop --overwrite --path /release", "FROM ${RUNNER_BASE}", "COPY --from=builder /release /app",
        ].map { line in try #require(lines.firstIndex(of: line), "\(line)") }
        #expect(places == places.sorted())
    }

    @Test("only BuildKit's Dockerfile has mounts: caches, secrets and the user's ssh agent")
    func mounts() throws {
        var facts = Self.facts()
        #expect(try !lines("mix", facts).contains { $0.contains("--mount") })
        facts.usesBuildKit = true
        facts.secrets = ["npm"]
        facts.usesSSH = true
        let fetch = try #require(try lines("mix", facts).first { $0.hasSuffix("mix deps.get --only prod") })
        #expect(
            fetch.contains("--mount=type=cache,target=/root/.hex")
                && fetch.contains("--mount=type=secret,id=npm --mount=type=ssh "))
    }

    @Test(
        "in an umbrella each application's mix.exs comes first; in a context above the project its folder goes before every path")
    func layouts() throws {
        var facts = Self.facts()
        facts.applications = ["core", "web"]
        facts.project = "shop"
        facts.pathDependencies = [.init(from: "shared", to: "../shared")]
        let lines = try lines("mix", facts)
        #expect(lines.contains("WORKDIR /build/shop") && lines.contains("COPY shared ../shared"))
        #expect(lines.contains("COPY shop/mix.exs shop/mix.lock ./") && lines.contains("COPY shop/apps/web/mix.exs apps/web/"))
    }

    @Test("Alpine has another package manager")
    func alpine() throws {
        var facts = Self.facts()
        facts.runnerBase = "alpine:3.20"
        #expect(try lines("mix", facts).contains("RUN apk add --no-cache openssl"))
    }

    @Test("a template of the project's own is used; one that is none is told with its file")
    func own() throws {
        let mix = try #require(DockerfileTemplate.named("mix"))
        #expect(try mix.render(Self.facts(), own: mix.text) == mix.render(Self.facts()))
        #expect(!mix.text.contains("{{>"))
        #expect(
            try mix.render(Self.facts(), own: "{{% CONTENT_TYPE:TEXT}}\nFROM {{runner_base}}\n") == "FROM debian:bookworm-slim\n")
        let error = #expect(throws: OCIError.self) { try mix.render(Self.facts(), own: "{{#code}}") }
        #expect(error?.code == .badTemplate && error?.place == ".beamctl/templates/mix.Dockerfile.mustache")
    }

    @Test("the texts in the binary are those of templates/: scripts/embed-templates writes them")
    func embedded() throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        for template in DockerfileTemplate.all {
            let file = root.appending(path: "templates/docker/\(template.fileName)")
            #expect(
                DockerfileTemplate.texts[template.name] == (try String(contentsOf: file, encoding: .utf8)), "\(template.name)")
        }
        let entrypoint = root.appending(path: "templates/entrypoint.sh")
        #expect(Entrypoint.text == (try String(contentsOf: entrypoint, encoding: .utf8)))
    }

    @Test(
        "a .dockerignore is read as Docker reads it",
        arguments: [
            ("_build", "_build/prod/x", true), ("_build", "lib/_build", false),
            ("**/node_modules", "assets/node_modules/x", true),
            ("*.ez", "a.ez", true), ("*.ez", "lib/a.ez", false), ("/lib", "lib/x", true), ("# lib", "lib", false),
            ("", "lib", false),
            ("*\n!mix.exs", "mix.exs", false), ("*\n!mix.exs", "lib", true), ("lib/**/test", "lib/a/b/test", true),
            ("docs\n!docs/keep.md", "docs/keep.md", false), ("docs\n!docs/keep.md", "docs/x.md", true), ("a?c", "abc", true),
            ("./x/", "x/y", true), ("[ab].txt", "b.txt", true),
        ])
    func ignored(rules: String, path: String, isOut: Bool) {
        #expect(IgnoreRules(rules).leavesOut(path) == isOut)
    }

    @Test("a context holds the Dockerfile and ours beside the project's files, as tar(1) reads it")
    func context() throws {
        let scratch = try Scratch()
        try scratch.write("project/lib/a.ex", "a")
        try scratch.write("project/_build/x", "x")
        try scratch.write("project/.env", "SECRET=1")
        try FileManager.default.createSymbolicLink(atPath: scratch.path + "/project/link", withDestinationPath: "lib/a.ex")
        var context = BuildContext(dockerfile: "FROM x\n", release: "shop", tool: .mix)
        try context.add(folder: scratch.path + "/project", at: "shop", rules: IgnoreRules(IgnoreRules.standard))
        try context.write(to: scratch.path + "/context.tar")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/tar")
        process.arguments = ["-tf", scratch.path + "/context.tar"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let listed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(
            listed.split(separator: "\n").map(String.init) == [
                ".beamctl/", ".beamctl/Dockerfile", ".beamctl/entrypoint", ".beamctl/env.sh", ".beamctl/peer_agent.erl",
                ".beamctl/release", "shop/", "shop/lib/", "shop/lib/a.ex", "shop/link",
            ])
    }
}
