import FleetModel
import Foundation
import ImageBuild
import Testing

@testable import Deploying

@Suite("What a Dockerfile says of a project")
struct DockerfileSurveyTests {
    private func facts(
        _ project: String, spec: AppSpec = AppSpec(app: "shop"), elixir: String? = nil, otp: String? = nil
    ) throws -> DockerfileFacts {
        var versions = ToolVersions()
        (versions.elixir, versions.otp) = (elixir, otp)
        return try DockerfileSurvey(directory: project, spec: spec).facts(
            versions, ImageFacts(app: "shop", httpPort: 4000), environment: [:])
    }

    @Test("a plain project: code, configuration for compiling and for running, nothing that no release is made of")
    func plain() throws {
        let project = try Project([
            "mix.exs": Project.plainMix, "lib/hello.ex": "", "priv/x": "", "test/x.exs": "", "README.md": "",
            "config/config.exs": "",
            "config/prod.exs": "", "config/runtime.exs": "", "config/extra.json": "", "rel/env.sh.eex": "", "_build/x": "",
            "deps/x": "",
            "beamctl.yml": "app: hello", ".formatter.exs": "",
        ])
        let facts = try facts(project.path, elixir: "1.18.4", otp: "27")
        #expect(facts.code.map(\.from) == ["config/extra.json", "lib", "priv"])
        #expect(facts.compileConfig == ["config.exs", "prod.exs"])
        #expect(facts.releaseFiles.map(\.from) == ["config/runtime.exs", "rel"])
        #expect(!facts.namesRelease && !facts.hasDependencies && !facts.hasLock && facts.builderPackages.isEmpty)
        #expect(facts.builderBase == "elixir:1.18.4-otp-27-slim" && facts.runnerBase == "debian:bookworm-slim")
        #expect(DockerfileSurvey(directory: project.path, spec: AppSpec(app: "x")).template.name == "mix")
    }

    @Test("assets, native code and packages of npm want their tools")
    func tools() throws {
        let project = try Project([
            "mix.exs": """
            defmodule Shop.MixProject do
              use Mix.Project
              def project, do: [app: :shop, version: "1.2.3", deps: deps(), aliases: aliases()]
              defp deps, do: [{:phoenix, "~> 1.7"}, {:elixir_make, "~> 0.8"}]
              defp aliases, do: ["assets.setup": ["x"], "assets.deploy": ["y"]]
            end
            """, "mix.lock": "%{}", "assets/package.json": "{}", "lib/shop.ex": "", "c_src/nif.c": "",
        ])
        let facts = try facts(project.path)
        #expect(facts.hasAssets && facts.hasAssetsSetup && facts.hasNodePackages && facts.hasLock)
        #expect(facts.assets.map(\.from) == ["assets"] && facts.code.map(\.from) == ["c_src", "lib"])
        #expect(facts.builderPackages == ["build-essential", "git", "nodejs", "npm"])
        #expect(DockerfileSurvey(directory: project.path, spec: AppSpec(app: "x")).template.name == "phoenix")
        #expect(ProjectSurvey(of: project.path).version == "1.2.3")
    }

    @Test("dependencies beside the project make the context the folder that holds both")
    func beside() throws {
        let project = try Project([
            "app/shop/mix.exs": """
            defmodule Shop.MixProject do
              use Mix.Project
              def project, do: [app: :shop, version: "0.1.0", deps: deps()]
              defp deps, do: [{:shared, path: "../../shared"}, {:own, path: "vendor/own"}]
            end
            """, "app/shop/lib/a.ex": "", "shared/mix.exs": "", "other/secret": "",
        ])
        let survey = DockerfileSurvey(directory: project.path + "/app/shop", spec: AppSpec(app: "shop"))
        #expect(survey.root == project.path && survey.project == "app/shop" && survey.outside == ["shared"])
        let facts = try facts(project.path + "/app/shop")
        #expect(facts.project == "app/shop" && facts.code.map(\.from) == ["app/shop/lib"])
        #expect(
            facts.pathDependencies == [
                .init(from: "shared", to: "../../shared"), .init(from: "app/shop/vendor/own", to: "vendor/own"),
            ])
    }

    @Test("an umbrella: each application by its mix.exs, and their paths from the umbrella's folder")
    func umbrella() throws {
        let project = try Project([
            "mix.exs": """
            defmodule Umbrella.MixProject do
              use Mix.Project
              def project, do: [apps_path: "apps", version: "0.1.0", releases: [one: [], two: []]]
            end
            """,
            "apps/core/mix.exs":
                "defmodule C do\n def project, do: [app: :core, deps: deps()]\n defp deps, do: [{:x, path: \"../../vendor/x\"}]\nend",
            "apps/web/mix.exs":
                "defmodule W do\n def project, do: [app: :web, deps: deps()]\n defp deps, do: [{:core, in_umbrella: true}]\nend",
            "apps/notes.txt": "",
        ])
        let spec = AppSpec(app: "shop", build: BuildSpec(release: "two"))
        let facts = try facts(project.path, spec: spec)
        #expect(facts.applications == ["core", "web"] && facts.release == "two" && facts.namesRelease)
        #expect(facts.pathDependencies == [.init(from: "vendor/x", to: "vendor/x")])
    }

    @Test("bases that the manifest names are taken; versions that the project pins win over those of this machine")
    func bases() throws {
        let project = try Project(["mix.exs": Project.plainMix])
        var spec = AppSpec(app: "hello")
        spec.image = ImageSpec(runnerBase: "alpine:3.20", builderBase: "hexpm/elixir:x-alpine")
        let named = try facts(project.path, spec: spec)
        #expect(named.builderBase == "hexpm/elixir:x-alpine" && named.runnerPackages.contains("ncurses-libs"))
        #expect(try facts(project.path, elixir: "1.14.5", otp: "25").runnerBase == "debian:bullseye-slim")
        let pinned = ToolVersions.pinned("erlang 26.2.5\nelixir 1.16.3-otp-26\nnodejs 20.1.0\n")
        #expect(pinned.elixir == "1.16.3" && pinned.otp == "26")
        #expect(ToolVersions.pinned("elixir ref:main\nerlang\n") == ToolVersions())
    }

    @Test("a name that cannot stand in a Dockerfile is told")
    func names() throws {
        let project = try Project(["mix.exs": Project.plainMix, "my files/x": ""])
        let error = #expect(throws: BuildError.self) { try facts(project.path) }
        #expect(error?.place.contains("my files") == true)
        try project.write(".dockerignore", "my files\n")
        #expect(try facts(project.path).code.isEmpty)
    }
}
