import FleetModel
import Foundation
import TestSupport
import Testing

@Suite(
    "Configuration and ways in on a real Kubernetes cluster", .serialized,
    .enabled(if: KubernetesTestbed.isThere, KubernetesTestbed.reason))
struct KubernetesGettingInTests {
    private func on(_ namespace: String, _ more: String = "") -> String {
        "on: kubernetes\nnamespace: \(namespace)\n\(ManifestText.briskEnd)" + more
    }

    private func left(_ namespace: String) async throws -> String {
        try await KubernetesTestbed.kubectl(
            "-n", namespace, "get", "jobs,pods,configmaps,secrets", "-l", "beamctl.com/kind=trial", "-o", "name"
        ).output
            + KubernetesTestbed.kubectl(
                "-n", namespace, "get", "pods", "-l", "app.kubernetes.io/component=config-trial", "--field-selector",
                "status.phase=Running", "-o", "name"
            ).output
    }

    @Test("what a deployed release reads, what gives it and what is missing is told as on a machine")
    func config() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let manifest = SampleManifest.phoenixLike(more: on(namespace, "secrets: [SECRET_KEY_BASE]\nsecrets_from: [extern]"))
                .without("SECRET_KEY_BASE")
            let folder = try await SampleProject.phoenixLike.copy(to: machine.home, manifest: manifest.text)
            let image = try await KubernetesTestbed.image(of: folder, tag: "phoenix-like", on: machine)
            try await KubernetesTestbed.kubectl(
                "-n", namespace, "create", "secret", "generic", "extern", "--from-literal=POOL_SIZE=7")
            _ = try await machine.beamctl("secrets", "set", "SECRET_KEY_BASE", in: folder, input: "s3cr3t-base-of-secrets")
            let deployed = try await machine.beamctl(["deploy", "--image", image], in: folder, within: .seconds(180))
            try #require(deployed.code == 0, "\(deployed)")
            #expect(deployed.errors.contains("the release boots with it"), "\(deployed)")

            let shown = try await machine.beamctl(
                ["config", "phoenix-like", "-n", namespace, "--on", "kubernetes", "--json"], within: .seconds(60))
            try #require(shown.code == 0, "\(shown)")
            let report = try JSONDecoder().decode(ConfigReport.self, from: Data(shown.output.utf8))
            #expect(report.boots == true, "\(shown)")
            #expect(report["SECRET_KEY_BASE"]?.secret == true && report["SECRET_KEY_BASE"]?.value == nil)
            #expect(report["SECRET_KEY_BASE"]?.source == "secret")
            #expect(report["POOL_SIZE"]?.source == "Secret extern" && report["POOL_SIZE"]?.value == nil)
            #expect(report["DATABASE_URL"]?.source == "env, the manifest of revision 1")
            #expect(report["DATABASE_URL"]?.reads.first?.file == "runtime.exs")
            let query = "phoenix-like-peers.\(namespace).svc.cluster.local"
            #expect(report["DNS_CLUSTER_QUERY"]?.value == query && report["DNS_CLUSTER_QUERY"]?.source == "beamctl")
            #expect(!shown.output.contains("s3cr3t-base") && !shown.errors.contains("s3cr3t-base"))

            let explained = try await machine.beamctl(
                ["config", "phoenix-like", "-n", namespace, "--on", "kubernetes", "--explain", "RELEASE_NODE"],
                within: .seconds(60))
            #expect(explained.output.contains("phoenix_like@$(POD_IP)"), "\(explained)")

            // What it says that pods are given is what a pod has.
            let there = try await machine.beamctl(
                "rpc",
                #"for n <- ~w(HOME RELEASE_TMP DNS_CLUSTER_QUERY PORT ERL_CRASH_DUMP), do: IO.puts(n <> "=" <> System.get_env(n))"#,
                in: folder)
            let lines = there.output.split(separator: "\n").filter { $0.contains("=") }
            #expect(lines.count == 5, "\(there)")
            // Beside each other, since a pod is made for each of them.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for line in lines {
                    let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
                    group.addTask {
                        let one = try await machine.beamctl(
                            ["config", ".", "--explain", parts[0], "--json"], in: folder, within: .seconds(60))
                        #expect(one.output.contains(parts[1].replacing("/", with: #"/"#)), "\(line): \(one)")
                    }
                }
                try await group.waitForAll()
            }

            // It is told although no replica runs, too.
            // A kubelet may keep a pod that has ended until it looks for such, once a minute.
            let stopping = try await machine.beamctl("stop", in: folder, within: .seconds(120))
            #expect(stopping.code == 0, "\(stopping)")
            let stopped = try await machine.beamctl(
                ["config", "phoenix-like", "-n", namespace, "--on", "kubernetes"], within: .seconds(60))
            #expect(stopped.code == 0 && stopped.output.contains("DATABASE_URL"), "\(stopped)")
            try await machine.until("nothing of it is left") { try await left(namespace).isEmpty }
        }
    }

    @Test("a configuration that does not boot is refused with variable and line before a replica is touched")
    func trial() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let good = SampleManifest.phoenixLike(more: on(namespace))
            let folder = try await SampleProject.phoenixLike.copy(to: machine.home, manifest: good.text)
            let image = try await KubernetesTestbed.image(of: folder, tag: "phoenix-like", on: machine)
            let deployed = try await machine.beamctl(["deploy", "--image", image], in: folder, within: .seconds(180))
            try #require(deployed.code == 0, "\(deployed)")

            try SampleProject.write(good.without("DATABASE_URL").text, to: folder)
            let refused = try await machine.beamctl(["deploy", "--image", image], in: folder, within: .seconds(180))
            #expect(refused.code == 1, "\(refused)")
            #expect(refused.errors.contains("does not boot with this configuration (DATABASE_URL): runtime.exs:"), "\(refused)")
            #expect(try await left(namespace).isEmpty)
            let history = try await machine.beamctl("history", in: folder)
            #expect(!history.output.contains("\n2 "), "\(history)")

            // What is set beside the manifest is tried, too.
            let set = try await machine.beamctl(["env", "set", "POOL_SIZE=many"], in: folder, within: .seconds(120))
            #expect(set.code == 1 && set.errors.contains("POOL_SIZE"), "\(set)")

            try SampleProject.write(
                good.without("DATABASE_URL").text + "\nconfig: {preflight: false}\n", to: folder)
            let untried = try await machine.beamctl(
                ["deploy", "--image", image, "--timeout", "5"], in: folder, within: .seconds(60))
            #expect(untried.errors.contains("not tried: config.preflight is false"), "\(untried)")
        }
    }

    @Test("a trial that cannot run ends in one line, in time, and an interrupted one leaves nothing")
    func cannotRun() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let folder = try await HelloProject.shared.copy(
                to: machine.home, manifest: ManifestText.hello(extra: on(namespace)))
            let image = try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)
            let missing = try await machine.beamctl(
                ["deploy", "--image", "registry.invalid/none:1", "--timeout", "30"], in: folder, within: .seconds(60))
            #expect(missing.code == 1, "\(missing)")
            #expect(missing.errors.contains("error: the configuration cannot be tried: "), "\(missing)")
            #expect(missing.errors.contains("ImagePullBackOff: ") || missing.errors.contains("ErrImagePull: "), "\(missing)")

            try SampleProject.write(
                ManifestText.hello(extra: on(namespace, "kubernetes: {node_selector: {no: such}}")), to: folder)
            let homeless = try await machine.beamctl(
                ["deploy", "--image", image, "--timeout", "5"], in: folder, within: .seconds(60))
            #expect(homeless.code == 124 && homeless.errors.contains("Unschedulable: "), "\(homeless)")
            #expect(try await left(namespace).isEmpty)

            let waiting = try machine.start("deploy", "--image", image, "--timeout", "100", in: folder)
            try await machine.until("the trial is there") {
                try await KubernetesTestbed.kubectl(
                    "-n", namespace, "get", "jobs", "-l", "beamctl.com/kind=trial", "-o", "name"
                ).output.contains("job")
            }
            kill(waiting.pid, SIGINT)
            let ended = try await waiting.outcome(within: .seconds(30))
            #expect(ended.code == 130, "\(ended)")
            try await machine.until("nothing of it is left") { try await left(namespace).isEmpty }
            // What was found out meanwhile was not written down.
            let all = try await KubernetesTestbed.kubectl(
                "-n", namespace, "get", "deployments,services,configmaps,secrets,leases", "-l",
                "app.kubernetes.io/managed-by=beamctl", "-o", "name")
            #expect(all.output.isEmpty, "\(all)")
        }
    }

    @Test("a VM of this machine joins the nodes in pods as a hidden one, and leaves nothing behind")
    func attach() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let folder = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(extra: on(namespace)))
            let image = try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)
            let deployed = try await machine.beamctl(["deploy", "--image", image], in: folder, within: .seconds(180))
            try #require(deployed.code == 0, "\(deployed)")

            let expression = """
                Nodes = nodes(hidden),
                Answers = [rpc:call(N, erlang, node, []) || N <- Nodes],
                Visible = [rpc:call(N, erlang, nodes, []) || N <- Nodes],
                io:format("same ~p ~p ~p~n", [lists:sort(Answers) =:= lists:sort(Nodes), length(Nodes), [length(V) || V <- Visible]]),
                halt().
                """
            let joined = try await machine.beamctl(
                ["attach", "--", "erl", "-noshell", "-eval", expression], in: folder, within: .seconds(60))
            #expect(joined.code == 0 && joined.output.contains("same true 3 [2,2,2]"), "\(joined)")
            #expect(joined.errors.contains("joined 3 nodes of hello as"), "\(joined)")

            let elixir = try await machine.beamctl(
                ["attach", "--", "elixir", "-e", "IO.inspect(length(Node.list(:hidden)))"], in: folder, within: .seconds(60))
            #expect(elixir.output.contains("3"), "\(elixir)")
            #expect(try await machine.beamctl(["attach", "--", "sh", "-c", "exit 7"], in: folder).code == 7)

            let program = try await OwnNameProgram(in: machine.home, nodes: 3, environment: machine.environment)
            let ownName = try await machine.beamctl(
                ["attach", "--own-name", "--"] + program.command, in: folder, within: .seconds(60))
            #expect(ownName.output == OwnNameProgram.success(nodes: 3), "\(ownName)")

            // By hand, in a VM that somebody else starts, for as long as the ways are held.
            let held = try machine.start("attach", "--json", in: folder)
            try await machine.until("the ways are told") {
                held.outputSoFar.contains("argumentsFile") && held.outputSoFar.contains("}")
            }
            let attachment = try JSONDecoder().decode(Attachment.self, from: Data(held.outputSoFar.utf8))
            #expect(attachment.nodes.count == 3)
            let attributes = try FileManager.default.attributesOfItem(atPath: attachment.cookieFile)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o400)
            let cookie = try String(contentsOfFile: attachment.cookieFile, encoding: .utf8)
            let arguments = try String(contentsOfFile: attachment.argumentsFile, encoding: .utf8)
            #expect(!arguments.contains(cookie))
            let byHand = try await Command(
                "/usr/bin/env", ["erl", "-args_file", attachment.argumentsFile, "-noshell", "-eval", expression],
                environment: machine.environment.merging(["HOME": machine.home]) { $1 }
            ).run(within: .seconds(60))
            #expect(byHand.output.contains("same true 3"), "\(byHand)")
            #expect(!FileManager.default.fileExists(atPath: machine.home + "/.erlang.cookie"))
            kill(held.pid, SIGINT)
            #expect(try await held.outcome(within: .seconds(20)).code == 0)
            #expect(!FileManager.default.fileExists(atPath: attachment.argumentsFile))
            let left = (try? FileManager.default.contentsOfDirectory(atPath: machine.home + "/attach/forwarded")) ?? []
            #expect(left.isEmpty)
        }
    }

    @Test("a replica's crash dump is read out of its pod, without secrets, and an end without one is told")
    func crashes() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let folder = try await HelloProject.shared.copy(
                to: machine.home, manifest: ManifestText.hello(replicas: 1, extra: on(namespace)))
            let image = try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)
            _ = try await machine.beamctl("secrets", "set", "TOKEN", in: folder, input: "s3cr3t-in-a-slogan")
            let deployed = try await machine.beamctl(["deploy", "--image", image], in: folder, within: .seconds(180))
            try #require(deployed.code == 0, "\(deployed)")
            let none = try await machine.beamctl("crashes", in: folder)
            #expect(none.code == 0 && none.errors.contains("no replica of hello left a crash dump"), "\(none)")

            _ = try await machine.beamctl(
                "rpc", #"spawn(fn -> :erlang.halt(~c"gone with #{System.get_env("TOKEN")}") end)"#, in: folder)
            try await machine.until("the dump is read", within: .seconds(60)) {
                let told = try await machine.beamctl("crashes", "--json", in: folder, within: .seconds(30))
                guard let all = try? JSONDecoder().decode([CrashReport].self, from: Data(told.output.utf8)) else { return false }
                return all.contains { $0.slogan?.hasPrefix("gone with ") == true && $0.end != nil }
            }
            let told = try await machine.beamctl("crashes", in: folder)
            #expect(told.output.contains("gone with [secret]") && !told.output.contains("s3cr3t"), "\(told)")
            #expect(told.output.contains("exit code 1"), "\(told)")
        }
    }

    @Test("destroy leaves the volumes of stable replicas and names them, or removes them with --volumes")
    func volumes() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            // No storage is asked of the cluster for real: a claim that nobody can fill is one, too.
            let more =
                "identity: stable\nvolumes: {data: {path: /data, size: 1Mi, storage_class: none-such}}\nconfig: {preflight: false}\n"
            let folder = try await HelloProject.shared.copy(
                to: machine.home, manifest: ManifestText.hello(replicas: 1, extra: on(namespace, more)))
            let image = try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)
            func claims() async throws -> String {
                try await KubernetesTestbed.kubectl("-n", namespace, "get", "pvc", "-o", "name").output
            }
            for words in [[], ["--volumes"]] {
                let deployed = try await machine.beamctl(
                    ["deploy", "--image", image, "--timeout", "5"], in: folder, within: .seconds(60))
                #expect(deployed.code == 124, "\(deployed)")
                try await machine.until("the claim is there") { try await claims().contains("data-hello-0") }
                let destroyed = try await machine.beamctl(["destroy", "--yes"] + words, in: folder, within: .seconds(120))
                #expect(destroyed.code == 0, "\(destroyed)")
                if words.isEmpty {
                    #expect(destroyed.errors.contains("1 volume of its replicas stayed: data-hello-0"), "\(destroyed)")
                    #expect(try await claims().contains("data-hello-0"))
                } else {
                    try await machine.until("the claim is gone") { try await claims().isEmpty }
                }
            }
        }
    }
}
