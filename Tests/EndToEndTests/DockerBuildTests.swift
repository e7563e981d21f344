import Foundation
import TestSupport
import Testing

@Suite("Images that a real Docker Engine builds", .serialized)
struct DockerBuildTests {
    private static let bases =
        "image: {builder: docker, builder_base: '\(DockerTestbed.elixir)', runner_base: 'debian:bookworm-slim'}\n"

    private func build(_ machine: Machine, _ project: String, _ arguments: String...) async throws -> Outcome {
        try await machine.beamctl(["build", project] + arguments, within: .seconds(300))
    }

    /// An umbrella with two releases and a NIF, and a dependency in a folder beside it.
    private func umbrella(in home: String) async throws -> String {
        try await SampleProject.shell(
            #"""
            mkdir -p '\#(home)/work' && cd '\#(home)/work'
            mkdir -p shared/lib shop/apps/core/lib shop/apps/core/c_src shop/apps/web/lib shop/config
            cat > shared/mix.exs <<'X'
            defmodule Shared.MixProject do
              use Mix.Project
              def project, do: [app: :shared, version: "0.1.0", elixir: "~> 1.14"]
            end
            X
            printf 'defmodule Shared do\n  def word, do: "shared"\nend\n' > shared/lib/shared.ex
            cat > shop/mix.exs <<'X'
            defmodule Shop.MixProject do
              use Mix.Project
              def project do
                [apps_path: "apps", version: "0.2.0", releases: [front: [applications: [web: :permanent]], other: [applications: [core: :permanent]]]]
              end
            end
            X
            printf 'import Config\n' > shop/config/config.exs
            cat > shop/apps/core/mix.exs <<'X'
            defmodule Mix.Tasks.Compile.Nif do
              use Mix.Task.Compiler
              @recursive true
              def run(_) do
                File.mkdir_p!("priv")
                include = Path.join([:code.root_dir(), "usr", "include"])
                {_, 0} = System.cmd("gcc", ["-shared", "-fPIC", "-I", include, "-o", "priv/nif.so", "c_src/nif.c"])
                Mix.Project.build_structure()
                {:ok, []}
              end
            end
            defmodule Core.MixProject do
              use Mix.Project
              def project do
                [app: :core, version: "0.2.0", build_path: "../../_build", deps_path: "../../deps", lockfile: "../../mix.lock",
                 config_path: "../../config/config.exs", compilers: [:nif] ++ Mix.compilers(), deps: deps()]
              end
              defp deps, do: [{:shared, path: "../../../shared"}]
            end
            X
            cat > shop/apps/core/c_src/nif.c <<'X'
            #include "erl_nif.h"
            static ERL_NIF_TERM answer(ErlNifEnv *env, int argc, const ERL_NIF_TERM argv[]) { return enif_make_int(env, 42); }
            static ErlNifFunc functions[] = {{"answer", 0, answer}};
            ERL_NIF_INIT(Elixir.Core, functions, NULL, NULL, NULL, NULL)
            X
            cat > shop/apps/core/lib/core.ex <<'X'
            defmodule Core do
              @on_load :load
              def load, do: :erlang.load_nif(Path.join(:code.priv_dir(:core), "nif"), 0)
              def answer, do: :erlang.nif_error(:not_loaded)
              def word, do: Shared.word()
            end
            X
            cat > shop/apps/web/mix.exs <<'X'
            defmodule Web.MixProject do
              use Mix.Project
              def project do
                [app: :web, version: "0.2.0", build_path: "../../_build", deps_path: "../../deps", lockfile: "../../mix.lock",
                 config_path: "../../config/config.exs", deps: deps()]
              end
              defp deps, do: [{:core, in_umbrella: true}]
            end
            X
            printf 'defmodule Web do\nend\n' > shop/apps/web/lib/web.ex
            printf '%s' "app: shop
            build: {release: front}
            \#(Self.bases)" | sed 's/^ *//' > shop/beamctl.yml
            """#)
        return home + "/work/shop"
    }

    @Test("an umbrella with several releases, a NIF and a dependency beside it is built in the Engine, and its containers run it")
    func umbrella() async throws {
        try await DockerTestbed.elixirBase()
        try await Machine.run { machine in
            let project = try await umbrella(in: machine.home)
            let built = try await build(machine, project)
            try #require(built.code == 0, "\(built)")
            #expect(built.errors.contains("mix template"))
            try await Containers.use { containers in
                let name = try await containers.start("shop:0.2.0")
                try await machine.until("a node that answers") {
                    let told = try await DockerTestbed.docker(
                        "exec", name, "/beamctl/entrypoint", "rpc", "IO.puts(\"#{Core.answer()} #{Core.word()}\")")
                    return told.output == "42 shared\n"
                }
                let labels = try await DockerTestbed.run("inspect", "--format", "{{json .Config.Labels}}", "shop:0.2.0")
                #expect(labels.contains("\"org.opencontainers.image.version\":\"0.2.0\""))
                #expect(try await DockerTestbed.run("inspect", "--format", "{{.Config.User}}", "shop:0.2.0") == "65534:65534")
            }
            // The same by hand, with what render writes down.
            let rendered = try await machine.beamctl("render", "dockerfile", "--output", project)
            try #require(rendered.code == 0, "\(rendered)")
            let byHand = try await Command(
                "/usr/bin/env",
                ["docker", "build", "--quiet", "--file", machine.home + "/work/.beamctl/Dockerfile", machine.home + "/work"],
                environment: machine.environment.merging(["DOCKER_BUILDKIT": "0"]) { $1 }
            ).run(within: .seconds(120))
            #expect(byHand.code == 0, "\(byHand)")
        }
    }

    @Test("assets are compiled after the code, by a template that the project has made its own; a build that fails shows why")
    func assets() async throws {
        try await DockerTestbed.elixirBase()
        try await Machine.run { machine in
            let project = machine.home + "/site"
            try await SampleProject.shell(
                #"""
                mkdir -p '\#(project)/lib' '\#(project)/assets' && cd '\#(project)'
                cat > mix.exs <<'X'
                defmodule Site.MixProject do
                  use Mix.Project
                  def project, do: [app: :site, version: "0.1.0", aliases: ["assets.deploy": &deploy/1]]
                  defp deploy(_) do
                    Mix.Task.run("compile")
                    File.mkdir_p!("priv/static")
                    File.write!("priv/static/app.css", File.read!("assets/app.css") <> "/* #{Site.version()} */")
                  end
                end
                X
                printf 'defmodule Site do\n  def version, do: "compiled"\nend\n' > lib/site.ex
                printf 'body {}' > assets/app.css
                printf '%s' "app: site
                \#(Self.bases)" | sed 's/^ *//' > beamctl.yml
                """#)
            let ejected = try await machine.beamctl("templates", "eject", "phoenix", project)
            #expect(ejected.code == 0 && ejected.output.contains(".dockerignore"), "\(ejected)")
            try await SampleProject.shell(
                "printf 'ENV FROM_THE_PROJECT=yes\\n' >> '\(project)/.beamctl/templates/phoenix.Dockerfile.mustache'")
            let again = try await machine.beamctl("templates", "eject", "phoenix", project)
            #expect(again.code == 1 && again.errors.contains("is there already, and is left as it is"))
            let archive = machine.home + "/site.tar"
            let built = try await build(machine, project, "--output", archive)
            try #require(built.code == 0, "\(built)")
            #expect(built.errors.contains("the project's own phoenix template"))
            let page = try await DockerTestbed.run(
                "run", "--rm", "--entrypoint", "cat", "site:0.1.0", "/app/lib/site-0.1.0/priv/static/app.css")
            #expect(page == "body {}/* compiled */")
            #expect(
                try await DockerTestbed.run("inspect", "--format", "{{json .Config.Env}}", "site:0.1.0").contains(
                    "FROM_THE_PROJECT=yes"))
            let inspected = try await Command("/usr/bin/skopeo", ["inspect", "oci-archive:" + archive]).run(within: .seconds(20))
            #expect(inspected.code == 0, "\(inspected)")

            try await SampleProject.shell("printf 'defmodule Site do\\n  oops\\nend\\n' > '\(project)/lib/site.ex'")
            let broken = try await build(machine, project)
            #expect(broken.code == 1 && broken.output.isEmpty)
            #expect(broken.errors.contains("oops") && broken.errors.contains("mix compile"), "\(broken)")
        }
    }

    @Test("a release that is there already goes into an image of the runner alone; what the classic builder cannot do is refused")
    func runnerOnly() async throws {
        _ = try await DockerTestbed.engine()
        try await Machine.run { machine in
            let project = try await SampleProject.hello.copy(
                to: machine.home, manifest: ManifestText.hello(extra: "image: {runner_base: 'debian:bookworm-slim'}\n"))
            let built = try await build(machine, project, "--no-build", "--builder", "docker", "--tag", "hello:runner-only")
            try #require(built.code == 0, "\(built)")
            try await Containers.use { containers in
                let name = try await containers.start("hello:runner-only")
                try await machine.until("a healthy container") {
                    try await DockerTestbed.docker("exec", name, "/beamctl/entrypoint", "healthy").code == 0
                }
            }
            try await SampleProject.shell(
                "mkdir '\(machine.home)/bin' && printf '#!/bin/sh\\nexit 1\\n' > '\(machine.home)/bin/docker' && chmod 755 '\(machine.home)/bin/docker'"
            )
            let path = ["PATH": "\(machine.home)/bin:" + (machine.environment["PATH"] ?? "")]
            for (arguments, told) in [
                (["--secret", "id=a,src=/etc/hostname"], "--secret needs BuildKit"), (["--ssh"], "--ssh needs BuildKit"),
                (["--platform", "linux/arm64"], "building for linux/arm64 on linux/amd64 needs BuildKit"),
            ] {
                let refused = try await machine.beamctl(
                    ["build", project, "--no-build", "--builder", "docker"] + arguments, environment: path)
                #expect(refused.code == 1 && refused.errors.contains(told), "\(refused)")
            }
            let gone = try await machine.beamctl(
                ["build", project, "--no-build", "--builder", "docker"], environment: ["DOCKER_HOST": "unix:///nowhere.sock"])
            #expect(gone.code == 1 && gone.errors.contains("no Docker Engine answers at unix:///nowhere.sock"), "\(gone)")
            let ssh = try await machine.beamctl(
                ["build", project, "--no-build", "--builder", "docker"], environment: ["DOCKER_HOST": "ssh://host"])
            #expect(ssh.code == 1 && ssh.errors.contains("which is neither unix:// nor tcp://"), "\(ssh)")
        }
    }
}
