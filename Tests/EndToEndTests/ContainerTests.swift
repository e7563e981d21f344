import FleetModel
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Replicas as containers of a real Docker Engine", .serialized)
struct ContainerTests {
    private static func manifest(replicas: Int = 3, base: String, extra: String = "") -> String {
        ManifestText.hello(
            replicas: replicas, extra: "runtime: docker\nimage: {runner_base: '\(base)'}\nresources: {memory: 256Mi}\n" + extra)
    }

    /// A machine whose containers run in the tests' own Engine, and `samples/hello` on it.
    private func use(
        replicas: Int = 3, extra: String = "", _ body: (Machine, OwnEngine, _ project: String) async throws -> Void
    ) async throws {
        let base = try await DockerTestbed.engine().base
        let engine = try await OwnEngine.shared()
        try await Machine.run(with: ["DOCKER_HOST": engine.host]) { machine in
            let project = try await HelloProject.shared.copy(
                to: machine.home, manifest: Self.manifest(replicas: replicas, base: base, extra: extra))
            try await ReadBase.give(base, to: machine)
            try await body(machine, engine, project)
        }
    }

    private func deploy(_ machine: Machine, _ project: String) async throws {
        let deployed = try await machine.beamctl("deploy", project, "--no-build", "--timeout", "60", within: .seconds(120))
        try #require(deployed.code == 0, "\(deployed)")
        #expect(deployed.errors.contains("nodes meshed"))
    }

    /// The containers of a machine, by name.
    private func containers(_ machine: Machine, _ engine: OwnEngine) async throws -> [String] {
        try await engine.lines(
            "ps", "--all", "--filter", "label=com.beamctl.home=\(machine.home)", "--format", "{{.Names}}")
    }

    @Test("three of them come up, mesh and answer; every command works as with processes; nothing is left in the end")
    func threeReplicas() async throws {
        try await use { machine, engine, project in
            try await deploy(machine, project)
            let nodes = try await machine.json(NodesReport.self, "nodes", "hello")
            #expect(nodes.mesh.full && nodes.nodes.count == 3 && nodes.nodes.allSatisfy { $0.state == .ready })
            let page = try await machine.entrance("hello.localhost").get("/json")
            #expect(page.status == 200 && page.body.contains("from a test"), "\(page)")
            let logs = try await machine.beamctl("logs", "hello")
            #expect(logs.code == 0 && !logs.output.isEmpty, "\(logs)")
            for (words, told) in [
                (["eval", "hello", "IO.puts(1 + 41)"], "42\n"),
                (["rpc", "hello", "IO.puts(length(Node.list(:visible)))"], "2\n"),
                (["run", "hello", "--", "cat", "/run/beamctl/config/inetrc"], "5380"),
                (["run", "hello", "--", "sh", "-c", "echo $PWD $RELEASE_ROOT; bin/hello version"], "/app /app\nhello 0.1.0\n"),
                (["run", "hello", "--", "eval", "IO.puts(System.get_env(\"GREETING\"))"], "from a test\n"),
            ] {
                let outcome = try await machine.beamctl(words)
                #expect(outcome.code == 0 && outcome.output.contains(told), "\(outcome)")
            }
            try #require(try await machine.beamctl("scale", "hello", "2").code == 0)
            #expect(try await machine.status("hello").replicas.count == 2)
            #expect(try await containers(machine, engine).count == 2)
            try #require(try await machine.beamctl("restart", "hello", within: .seconds(120)).code == 0)

            // A command that is killed cannot end what it runs in the Engine; the daemon does.
            let command = try machine.start("run", "hello", "--", "sleep", "1000")
            try await machine.until("it runs beside two replicas") { try await containers(machine, engine).count == 3 }
            kill(command.pid, SIGKILL)
            try await machine.until("what it ran is gone") { try await containers(machine, engine).count == 2 }
            try #require(try await machine.beamctl("stop", "--all").code == 0)
            #expect(try await containers(machine, engine) == [])
            try #require(try await machine.beamctl("destroy", "hello", "--yes").code == 0)
            let networks = try await engine.lines(
                "network", "ls", "--filter", "label=com.beamctl.home=\(machine.home)", "--quiet")
            #expect(networks == [])
            #expect(try await engine.lines("volume", "ls", "--quiet") == [])
            #expect(!(try await engine.lines("images", "--format", "{{.Repository}}")).contains { $0.hasSuffix("/hello") })
        }
    }

    @Test(
        "a container has its limits, a root that cannot be written to, no right, and neither a secret nor the cookie in what the Engine tells"
    )
    func confined() async throws {
        try await use(replicas: 1, extra: "secrets: [API_KEY]\n") { machine, engine, project in
            let secret = "s3cret-that-nobody-sees"
            let set = try await machine.beamctl("secrets", "set", "hello", "API_KEY", input: secret)
            try #require(set.code == 0, "\(set)")
            try await deploy(machine, project)
            let name = try #require(try await containers(machine, engine).first)
            let inspected = try await engine.lines("inspect", name).joined(separator: "\n")
            let asked = try await machine.beamctl(
                "rpc", "hello", "IO.puts([System.get_env(\"API_KEY\"), 10, Atom.to_string(Node.get_cookie())])")
            let words = asked.output.split(separator: "\n").map(String.init)
            try #require(words.count == 2 && words[0] == secret && words[1].count == 32, "\(asked)")
            for hidden in words { #expect(!inspected.contains(hidden)) }
            // Nor in the arguments of any process of it.
            let arguments = try await engine.lines("top", name, "-eo", "pid,args").joined(separator: "\n")
            for hidden in words { #expect(!arguments.contains(hidden)) }

            let limit = try await engine.lines(
                "exec", name, "sh", "-c",
                "cat /sys/fs/cgroup/memory.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes")
            #expect(limit == ["\(256 << 20)"])
            let write = try await engine.docker("exec", name, "sh", "-c", "touch /app/x")
            #expect(write.code != 0 && write.errors.contains("Read-only file system"), "\(write)")
            let own = try await engine.docker(
                "exec", name, "sh", "-c", "touch /run/beamctl/tmp/x /tmp/x && ! echo x >> /run/beamctl/config/vm.args")
            #expect(own.code == 0, "\(own)")
            #expect(try await engine.lines("exec", name, "id", "-u") == ["65534"])
            let files = try await engine.lines(
                "exec", name, "sh", "-c", "grep 'open files' /proc/1/limits | awk '{print ($4 <= 65536)}'")
            #expect(files == ["1"])
        }
    }

    @Test("one that is killed is started again by beamctl, not by the Engine; one that wants too much memory says so")
    func restarted() async throws {
        try await use(replicas: 2) { machine, engine, project in
            try await deploy(machine, project)
            let name = try #require(try await containers(machine, engine).first)
            #expect(try await engine.lines("inspect", "--format", "{{.HostConfig.RestartPolicy.Name}}", name) == ["no"])
            let before = try await machine.status("hello").replicas
            try await engine.docker("kill", name)
            try await machine.until("it runs again and is meshed") {
                let status = try await machine.status("hello")
                return status.replicas.contains { $0.restarts == 1 && $0.phase == .ready } && status.mesh?.full == true
            }
            let after = try await machine.status("hello").replicas
            #expect(after.map(\.name) == before.map(\.name) && after.map(\.slot) == before.map(\.slot))
            #expect(after.contains { $0.lastExit?.signal == 9 })

            _ = try await machine.beamctl("rpc", "hello", ":binary.copy(\"x\", 400_000_000) |> byte_size()")
            try await machine.until("it says why it ended") {
                try await machine.status("hello").replicas.contains {
                    $0.reason == "killed: out of memory: resources.memory allows 256 MiB"
                }
            }
        }
    }

    @Test(
        "a crash dump is kept when its container has gone; a configuration that cannot work is tried in a container and refused")
    func crashed() async throws {
        try await use(replicas: 1) { machine, engine, project in
            try await deploy(machine, project)
            _ = try await machine.beamctl("rpc", "hello", "spawn(fn -> :erlang.halt(~c\"boom\") end); Process.sleep(500)")
            try await machine.until("a crash dump") {
                let crashes = try await machine.beamctl("crashes", "hello")
                return crashes.output.contains("why      boom")
            }
            try await machine.until("it is back") { try await machine.status("hello").rollout.isComplete }
            let before = try await machine.untouched("hello")
            try await HelloProject.shell(
                "printf '\\n:binary.copy(\"x\", 400_000_000)\\n' >> '\(project)/_build/prod/rel/hello/releases/0.1.0/runtime.exs'"
            )
            let hungry = try await machine.beamctl("deploy", project, "--no-build")
            #expect(hungry.code != 0 && hungry.errors.contains("out of memory: resources.memory allows 256 MiB"), "\(hungry)")
            let set = try await machine.beamctl("env", "set", "hello", "BOOM=loud")
            #expect(set.code != 0 && set.errors.contains("boom: loud"), "\(set)")
            #expect(try await machine.untouched("hello") == before)
            #expect(try await containers(machine, engine).count == 1)
        }
    }

    @Test(
        "the daemon is killed: a new one adopts them all, none is started again, and no line of their logs is lost or told twice")
    func adopted() async throws {
        try await use(replicas: 2) { machine, engine, project in
            try await deploy(machine, project)
            let before = try await machine.status("hello").replicas
            // Counts for a while, in each of them.
            let script =
                "f = fn -> Enum.each(1..300, fn i -> :io.format(:user, ~c\"line-~b-~n\", [i]); Process.sleep(20) end) end; spawn(f)"
            let started = try await machine.beamctl("rpc", "hello", script)
            try #require(started.code == 0, "\(started)")
            for _ in 0..<3 {
                try await Task.sleep(for: .milliseconds(700))
                if let daemon = machine.daemonPID { kill(daemon, SIGKILL) }
                _ = try await machine.status("hello")
            }
            try await machine.until("the last line") {
                try await machine.beamctl("logs", "hello").output.contains("line-300-")
            }
            let logs = try await machine.beamctl("logs", "hello").output
            let told = logs.split(separator: "\n").compactMap { $0.firstMatch(of: /line-(\d+)-/).flatMap { Int($0.1) } }
            #expect(told == Array(1...300))
            let after = try await machine.status("hello").replicas
            #expect(after.map(\.pid) == before.map(\.pid) && after.allSatisfy { $0.restarts == 0 && $0.phase == .ready })
        }
    }

    @Test("changed code takes over replica by replica, and rollback brings the old one back")
    func rolling() async throws {
        try await use(replicas: 2) { machine, engine, project in
            try await deploy(machine, project)
            let first = try #require(try await machine.status("hello").revision.release.image)
            try await HelloProject.shell(
                "cd '\(project)' && printf 'defmodule Hello.Added do\\n  def word, do: \"changed\"\\nend\\n' > lib/added.ex && MIX_ENV=prod mix release --overwrite --quiet"
            )
            try await deploy(machine, project)
            let second = try #require(try await machine.status("hello").revision.release.image)
            #expect(first != second)
            let asked = try await machine.beamctl("rpc", "hello", "IO.puts(Hello.Added.word())")
            #expect(asked.output == "changed\n", "\(asked)")
            let back = try await machine.beamctl("rollback", "hello", within: .seconds(120))
            try #require(back.code == 0, "\(back)")
            #expect(try await machine.status("hello").revision.release.image == first)
            let gone = try await machine.beamctl("rpc", "hello", "IO.puts(Code.ensure_loaded?(Hello.Added))")
            #expect(gone.output == "false\n", "\(gone)")
        }
    }

    @Test("an Engine that is stopped while replicas run is told as it is; when it is back, so are they")
    func engineStops() async throws {
        try await use(replicas: 2) { machine, engine, project in
            try await deploy(machine, project)
            try await engine.stop()
            try await machine.until("status says that the Engine does not answer") {
                try await machine.beamctl("status", "hello").output.contains("no Docker Engine answers at \(engine.host)")
            }
            let refused = try await machine.beamctl("deploy", project, "--no-build")
            #expect(refused.code == 1 && refused.errors.contains("no Docker Engine answers at"), "\(refused)")
            try await engine.start()
            try await machine.until("all is back", within: .seconds(60)) {
                let status = try await machine.status("hello")
                return status.rollout.isComplete && status.mesh?.full == true && status.runtimeProblem == nil
            }
        }
    }

    @Test("an Engine that takes requests and answers none is told by every verb, by name, and nothing waits for it for ever")
    func frozen() async throws {
        try await use(replicas: 1) { machine, engine, project in
            try await deploy(machine, project)
            try await engine.freeze()
            let told = "the Docker Engine at \(engine.host) takes requests and answers none"
            // Beside each other, since each of them waits for an answer.
            try await withThrowingTaskGroup(of: Outcome.self) { verbs in
                for words in [
                    ["deploy", project, "--no-build"], ["build", project, "--no-build", "--builder", "docker"], ["doctor"],
                    ["status", "hello"], ["run", "hello", "--", "true"], ["rpc", "hello", "1"],
                ] {
                    verbs.addTask { try await machine.beamctl(words) }
                }
                for try await outcome in verbs {
                    #expect((outcome.errors + outcome.output).contains(told), "\(outcome)")
                }
            }
            try await withThrowingTaskGroup(of: Outcome.self) { verbs in
                for words in [["stop", "hello"], ["stop", "--all"]] {
                    verbs.addTask { try await machine.beamctl(words + ["--timeout", "15"]) }
                }
                for try await outcome in verbs {
                    #expect(outcome.code == 124 && outcome.errors.contains(told), "\(outcome)")
                    #expect(outcome.errors.contains("waiting for 1 replica to end"), "\(outcome)")
                    #expect(outcome.errors.contains("hello-web-1-") && outcome.errors.contains(" is stopping"), "\(outcome)")
                }
            }
            if let daemon = machine.daemonPID { kill(daemon, SIGKILL) }
            #expect(try await machine.beamctl("status", "hello").output.contains(told))
            await engine.thaw()
            let stopped = try await machine.beamctl("stop", "--all")
            #expect(stopped.code == 0, "\(stopped)")
            #expect(try await containers(machine, engine) == [])
        }
    }

    @Test(
        "an image that was built and tested is deployed as it is: from where build keeps it, the Engine, an archive and a layout")
    func givenImage() async throws {
        try await use(replicas: 1) { machine, engine, project in
            let (archive, layout) = (machine.home + "/i.tar", machine.home + "/layout")
            for words in [["--output", archive], ["--output", layout], ["--load"]] {
                let built = try await machine.beamctl(["build", project, "--no-build", "--tag", "shop:7"] + words)
                try #require(built.code == 0, "\(built)")
            }
            // Nothing is built, and nothing is there to be built.
            try FileManager.default.removeItem(atPath: project + "/_build")
            var images: Set<String?> = []
            for image in ["shop:7", "docker-daemon:shop:7", archive, layout] {
                let deployed = try await machine.beamctl("deploy", project, "--image", image, within: .seconds(120))
                try #require(deployed.code == 0 && deployed.errors.contains("hello 0.1.0"), "\(deployed)")
                images.insert(try await machine.status("hello").revision.release.image)
                #expect(try await machine.beamctl("eval", "hello", "IO.puts(System.version())").code == 0)
            }
            // The Engine's own way of writing an image is the one difference.
            #expect(images.count <= 2)
            let history = try await machine.json(History.self, "history", "hello")
            #expect(history.revisions.count == 4)
            let set = try await machine.beamctl("env", "set", "hello", "BOOM=loud")
            #expect(set.code != 0 && set.errors.contains("boom: loud"), "\(set)")
            let back = try await machine.beamctl("rollback", "hello", "--to", "1", within: .seconds(120))
            #expect(back.code == 0, "\(back)")

            let base = try await DockerTestbed.engine().base
            let foreign = try await machine.beamctl("deploy", project, "--image", base)
            #expect(foreign.code == 1 && foreign.errors.contains("carries no release that beamctl knows"), "\(foreign)")
            let none = try await machine.beamctl("deploy", project, "--image", "nothing-of-that-name:1")
            #expect(none.code == 1 && none.errors.contains("is neither among those that beamctl build made here"), "\(none)")
            let process = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello())
            let wrong = try await machine.beamctl("deploy", process, "--image", "shop:7")
            #expect(wrong.code == 64 && wrong.errors.contains("has runtime: process"), "\(wrong)")

            // Where no registry answers, the Engine's own image of that name is the base.
            try await engine.docker("tag", "shop:7", "localhost:1/base:1")
            let onEngine = try await machine.beamctl(
                "build", process, "--no-build", "--base", "localhost:1/base:1", "--tag", "on:1")
            #expect(
                onEngine.code == 0 && onEngine.errors.contains("as the Docker Engine at \(engine.host) has it"), "\(onEngine)")
            let both = try await machine.beamctl("deploy", project, "--image", "shop:7", "--no-build")
            #expect(both.code == 64, "\(both)")
        }
    }

    @Test("over ssh the image is made here, sent once, and run in the other machine's Engine")
    func remote() async throws {
        let base = try await DockerTestbed.engine().base
        let engine = try await OwnEngine.shared()
        try await SecureShell.run(with: ["DOCKER_HOST": engine.host]) { here, shell in
            let user = shell.environment(here)
            let project = try await HelloProject.shared.copy(to: here.home, manifest: Self.manifest(replicas: 2, base: base))
            try await ReadBase.give(base, to: here)
            func beamctl(_ words: String...) async throws -> Outcome {
                try await here.beamctl(words, within: .seconds(120), environment: user)
            }
            let deployed = try await beamctl("deploy", project, "--no-build", "--timeout", "60")
            try #require(deployed.code == 0, "\(deployed)")
            #expect(deployed.errors.contains("2/2 nodes meshed") && deployed.errors.contains("into the Engine of ssh:"))
            #expect(try await containers(shell.there, engine).count == 2)
            #expect(try await beamctl("rpc", "hello", "IO.puts(length(Node.list()))").output == "1\n")
            let again = try await beamctl("deploy", project, "--no-build", "--timeout", "60")
            #expect(again.code == 0 && again.errors.contains("which the Engine has"), "\(again)")
            try #require(try await beamctl("destroy", "hello", "--yes").code == 0)
            #expect(try await containers(shell.there, engine) == [])
        }
    }

    @Test("an Engine that is not there, or whose containers cannot be reached, is refused before anything is touched")
    func refused() async throws {
        let base = try await DockerTestbed.engine().base
        try await Machine.run(with: ["DOCKER_HOST": "unix:///nowhere/docker.sock"]) { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: Self.manifest(base: base))
            let refused = try await machine.beamctl("deploy", project, "--no-build")
            #expect(refused.code == 1, "\(refused)")
            #expect(refused.errors.contains("no Docker Engine answers at unix:///nowhere/docker.sock"), "\(refused)")
            #expect(refused.errors.contains("try: is DOCKER_HOST right?"), "\(refused)")
            #expect(try await machine.beamctl("status", "hello").code == 1)
        }
        let elsewhere = OwnEngine("elsewhere", wrapper: ["unshare", "--net"])
        try await elsewhere.start()
        try await Machine.run(with: ["DOCKER_HOST": elsewhere.host]) { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: Self.manifest(base: base))
            let refused = try await machine.beamctl("deploy", project, "--no-build")
            #expect(refused.code == 1 && refused.errors.contains("cannot be reached from here"), "\(refused)")
            #expect(try await elsewhere.lines("network", "ls", "--quiet", "--filter", "driver=bridge") == [])
            #expect(try await elsewhere.lines("images", "--quiet") == [])
        }
        try await elsewhere.stop()
    }
}
