import AppManifest
import Deploying
import FleetModel
import Testing

@Suite("Looking at a project")
struct ProjectSurveyTests {
    private func survey(_ files: [String: String]) throws -> ProjectSurvey {
        let project = try Project(files)
        return withExtendedLifetime(project) { ProjectSurvey(of: project.path) }
    }

    @Test("a plain mix project has one release, named as its application")
    func plain() throws {
        let survey = try survey(["mix.exs": Project.plainMix])
        #expect(survey.tools == [.mix] && survey.application == "hello" && survey.releases == [.mix: ["hello"]])
        #expect(
            !survey.hasDependencies && !survey.usesPhoenix && !survey.isUmbrella && !survey.hasAssets && !survey.hasRuntimeConfig)
    }

    @Test("a Phoenix project's releases, dependencies, assets and variables are seen, comments and texts are not")
    func phoenix() throws {
        let runtime = """
            import Config
            # System.fetch_env!("COMMENTED")
            database = System.get_env("DATABASE_URL") ||
                raise "environment variable DATABASE_URL is missing"
            secret = System.fetch_env!("SECRET_KEY_BASE")
            port = String.to_integer(System.get_env("PORT") || "4000")
            config :shop, text: "System.fetch_env!(\\"IN_TEXT\\")", again: System.fetch_env!( "SECRET_KEY_BASE" )
            """
        let survey = try survey(["mix.exs": Project.phoenixMix, "config/runtime.exs": runtime])
        #expect(survey.releases == [.mix: ["shop_web", "shop_jobs"]] && survey.application == "shop")
        #expect(
            survey.hasDependencies && survey.usesPhoenix && survey.findsPeersItself && survey.hasAssets && survey.hasRuntimeConfig
        )
        #expect(survey.requiredVariables == ["DATABASE_URL", "SECRET_KEY_BASE"])
    }

    @Test("an umbrella's dependencies are those of its applications, but for one another")
    func umbrella() throws {
        let inner = { (deps: String) in
            "defmodule A do\n def project, do: [app: :a, build_path: \"../../_build\", deps: deps()]\n defp deps do\n [\(deps)]\n end\nend"
        }
        let root =
            "defmodule U do\n  def project do\n    [apps_path: \"apps\", deps: [], releases: [all: [applications: [a: :permanent]]]]\n  end\nend"
        let project = try Project([
            "mix.exs": root, "apps/a/mix.exs": inner("{:b, in_umbrella: true}"), "apps/b/mix.exs": inner(""),
        ])
        let alone = ProjectSurvey(of: project.path)
        #expect(alone.isUmbrella && !alone.hasDependencies && alone.releases == [.mix: ["all"]] && alone.application == nil)
        try project.write("apps/b/mix.exs", inner("{:phoenix, \"~> 1.7\"}"))
        #expect(ProjectSurvey(of: project.path).usesPhoenix)
        #expect(ProjectSurvey(of: project.path + "/apps/a").buildFolder == "../../_build")
    }

    @Test("a rebar3 project's releases come from relx, in profiles too")
    func rebar() throws {
        let config = """
            {deps, [cowboy]}.
            {relx, [{release, {web, "1.0"}, [web]}, {mode, dev}]}.
            {profiles, [{prod, [{relx, [{mode, prod}, {release, {jobs, "1.0"}, web, [{vm_args, "x"}]}]}]}]}.
            """
        let survey = try survey(["rebar.config": config])
        #expect(survey.tools == [.rebar3] && survey.releases == [.rebar3: ["web", "jobs"]])
    }

    @Test("Distillery is meant where the project depends on it, and not where its configuration was left behind")
    func distillery() throws {
        let config =
            "use Distillery.Releases.Config\nenvironment :prod do\nend\nrelease :legacy do\n  set version: current_version(:legacy)\nend"
        let mix = Project.plainMix.replacing("do: []", with: "do: [{:distillery, \"~> 2.1\"}]")
        #expect(try survey(["mix.exs": mix, "rel/config.exs": config]).tools == [.distillery, .mix])
        let survey = try survey(["mix.exs": Project.plainMix, "rel/config.exs": config])
        #expect(survey.tools == [.mix] && survey.releases[.distillery] == ["legacy"])
    }

    @Test("a folder without a project has no tools, and broken files are looked at without harm")
    func nothing() throws {
        #expect(try survey([:]).tools == [])
        let broken = try survey([
            "mix.exs": "defmodule \"unended [ deps: deps( ~s(", "rebar.config": "{relx, [", "config/runtime.exs": "?",
        ])
        #expect(broken.tools == [.mix, .rebar3] && broken.releases == [.mix: [], .rebar3: []])
    }

    @Test("the manifest for a project is valid and says what was seen")
    func template() throws {
        let survey = try survey(["mix.exs": Project.phoenixMix])
        let text = survey.template.text
        #expect(text.contains("# mix defines several releases: shop_web, shop_jobs\n"))
        #expect(
            text.contains("app: shop-web\n") && text.contains("  release: shop_web\n") && text.contains("http:\n  port: 4000\n"))
        #expect(try Manifest.read(text).build.release == "shop_web")
        let empty = try Project()
        #expect(throws: Never.self) { try Manifest.read(ProjectSurvey(of: empty.path).template.text) }
    }

    @Test("what a generated Phoenix project reads and brings: secrets apart, migrations once for each deploy")
    func phoenixTemplate() throws {
        let text = try survey([
            "mix.exs": Project.phoenixMix, "rel/overlays/bin/migrate": "#!/bin/sh\n",
            "config/runtime.exs": """
            import Config
            url = System.get_env("DATABASE_URL") || raise "DATABASE_URL is missing"
            key = System.get_env("SECRET_KEY_BASE") || raise "SECRET_KEY_BASE is missing"
            mail = System.fetch_env!("MAIL_FROM")
            """,
        ]).template.text
        #expect(text.contains("release_command: bin/migrate\n") && text.contains("  # health: /\n"))
        #expect(text.contains("# env:\n#   MAIL_FROM: \"\"\n# Secrets") && text.contains("# secrets: [DATABASE_URL]\n"))
        #expect(!text.contains("SECRET_KEY_BASE"))
        #expect(try Manifest.read(text).releaseCommand == ["bin/migrate"])
    }

    @Test("the sample's own manifest is what its project needs")
    func sample() throws {
        let path = Project.repository + "/samples/hello"
        let survey = ProjectSurvey(of: path)
        #expect(survey.releases == [.mix: ["hello"]] && survey.hasRuntimeConfig && !survey.hasDependencies)
        let spec = try Manifest.load(path: path + "/beamctl.yml")
        #expect(spec.app == "hello" && spec.processes["web"]?.replicas == 3 && spec.processes["web"]?.http?.health == "/health")
    }
}
