import FleetModel
import Foundation
import TestSupport
import Testing

@Suite(
    "On a real Kubernetes cluster: rollouts", .serialized, .enabled(if: KubernetesTestbed.isThere, KubernetesTestbed.reason))
struct KubernetesRolloutTests {
    @Test(
        "a client that asks every 10 ms during a rolling update gets no error, and logs -f goes on with the new pods",
        .enabled(if: TestAPIServer.isOurs, "Services of the cluster are reached on its own node alone"))
    func steady() async throws {
        // How long a node's proxy takes to forget a pod is its own to say, and on a machine that also compiles it may be long. A pod that
        // nobody asks any more ends sooner.
        try await KubernetesApp.use("shutdown: {drain: 20s}") { app in
            try await app.deploy()
            let before = try await app.status()
            let address = try await app.kubectl("get", "service", "hello", "-o", "jsonpath={.spec.clusterIP}")
            let following = try app.machine.start("logs", "-f", in: app.folder)
            let client = ServiceClient(address, 4000)
            let set = try await app.beamctl("env", "set", "GREETING=changed")
            #expect(set.code == 0, "\(set)")
            let after = try await app.status()
            // The old ones end meanwhile: they may still be there, but nobody asks them any more.
            let (old, new) = (Set(before.replicas.map(\.name)), after.replicas.filter { $0.revision == 2 }.map(\.name))
            #expect(new.count == 2 && old.isDisjoint(with: new), "\(after)")
            try await app.machine.until("the old pods are gone", within: .seconds(120)) {
                try await app.status().replicas.allSatisfy { !old.contains($0.name) }
            }
            let (asked, failures) = client.end()
            #expect(asked > 100)
            #expect(failures.isEmpty, "\(failures.count) of \(asked): \(failures.prefix(3))")
            try await app.machine.until("the new pods' lines") { new.allSatisfy(following.outputSoFar.contains) }
            kill(following.pid, SIGINT)
        }
    }

    @Test(
        "a node that is killed and a pod that is deleted at once come back and mesh",
        .enabled(if: TestAPIServer.isOurs, "a container is killed where it runs"))
    func deaths() async throws {
        try await KubernetesApp.use { app in
            try await app.deploy()
            let pods = try await app.status().replicas.map(\.name)
            let id = try await app.kubectl(
                "get", "pod", pods[0], "-o", "jsonpath={.status.containerStatuses[0].containerID}")
            try await KubernetesTestbed.killContainer(String(id.trimmingPrefix("containerd://")))
            try await app.machine.until("it runs again", within: .seconds(60)) {
                let status = try await app.status()
                return status.replicas.contains { $0.restarts == 1 && $0.phase == .ready && $0.lastExit?.signal == SIGKILL }
            }
            let logs = try await app.machine.beamctl("logs", "--replica", pods[0], in: app.folder)
            #expect(logs.output.components(separatedBy: "listening").count == 3, "what both runs wrote: \(logs)")
            try await app.kubectl("delete", "pod", pods[1], "--force", "--grace-period=0")
            try await app.machine.until("another takes its place, and both see each other", within: .seconds(60)) {
                let nodes = try await app.nodes()
                return nodes.nodes.count == 2 && nodes.mesh.full && nodes.nodes.allSatisfy { $0.replica != pods[1] }
            }
        }
    }

    @Test(
        "the API server is started anew during a deploy, and the deploy and logs -f go on",
        .enabled(if: TestAPIServer.isOurs, TestAPIServer.reason))
    func restartedServer() async throws {
        try await KubernetesApp.use { app in
            try await app.deploy()
            let following = try app.machine.start("logs", "-f", in: app.folder)
            try await app.machine.until("what was written before") { following.outputSoFar.contains("listening") }
            let changing = try app.machine.start("env", "set", "GREETING=changed", in: app.folder)
            try await app.machine.until("a pod of the new revision") {
                try await app.status().replicas.contains { $0.revision == 2 }
            }
            try await TestAPIServer.restart()
            let outcome = try await changing.outcome(within: .seconds(180))
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.errors.contains("2/2 ready"), "\(outcome)")
            let said = try await app.beamctl("rpc", #"require Logger; Logger.warning("said " <> "afterwards")"#)
            #expect(said.code == 0, "\(said)")
            try await app.machine.until("what is written after it") { following.outputSoFar.contains("said afterwards") }
            kill(following.pid, SIGINT)
        }
    }

    @Test(
        "the release command is run by a Job before a replica is touched; when it fails, everything stays, and its output is shown"
    )
    func releaseCommand() async throws {
        try await KubernetesApp.use(replicas: 1, #"release_command: eval "IO.puts(~s(moved ) <> System.get_env(~s(GREETING)))""#)
        { app in
            let deployed = try await app.deploy()
            #expect(deployed.errors.contains("moved from a test"), "\(deployed)")
            let before = try await app.status()
            let manifest = #"release_command: eval "IO.puts(~s(half moved)); System.halt(3)""#
            try app.write(replicas: 3, manifest)
            let failed = try await app.beamctl("deploy", "--image", app.image)
            #expect(failed.code == 1, "\(failed)")
            #expect(failed.errors.contains("half moved") && failed.errors.contains("nothing is deployed"), "\(failed)")
            let after = try await app.status()
            #expect(after.revision.number == before.revision.number && after.replicas == before.replicas)
            // A command that is gone takes its Job along.
            try app.write(replicas: 3, #"release_command: eval "IO.puts(~s(begun)); Process.sleep(:infinity)""#)
            let waiting = try app.machine.start("deploy", "--image", app.image, in: app.folder)
            try await app.machine.until("the Job runs") { waiting.errorsSoFar.contains("begun") }
            kill(waiting.pid, SIGINT)
            #expect(try await waiting.outcome(within: .seconds(30)).code == 130)
            try await app.machine.until("the Job is gone") { try await !app.kubectl("get", "jobs").contains("-2") }
        }
    }

    @Test("remote is a shell within a pod, on a terminal of its own size")
    func terminal() async throws {
        try await KubernetesApp.use(replicas: 1) { app in
            try await app.deploy()
            let script = """
                seen() { until grep -q -e "$1" typed 2>/dev/null; do sleep 0.1; done; }
                { seen 'iex(hello'; printf ':io.columns()\\n'; seen 'ok, 101'; printf '\\007'; seen '-->'; printf 'q\\r'; } |
                    script -qefc "stty rows 33 cols 101; $BEAMCTL remote" typed
                """
            let outcome = try await Command(
                "/bin/sh", ["-c", script],
                environment: app.machine.environment.merging(["BEAMCTL": Programs.beamctl]) { $1 }, directory: app.folder
            ).run(within: .seconds(60))
            #expect(outcome.code == 0, "\(outcome)")
        }
    }
}
