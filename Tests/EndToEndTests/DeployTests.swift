import FleetModel
import Foundation
import Testing

@Suite("Deploying a release", .serialized)
struct DeployTests {
    @Test("three replicas come up, mesh, answer, and are found through DNS")
    func threeReplicas() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello())
            let deployed = try await machine.beamctl("deploy", project)
            try #require(deployed.code == 0, "\(deployed)")
            #expect(deployed.output.contains("hello is up: http://"))
            #expect(deployed.errors.contains("3/3 ready"))
            #expect(deployed.errors.contains("3/3 nodes meshed"))

            let nodes = try await machine.json(NodesReport.self, "nodes", "hello")
            #expect(nodes.mesh.full)
            #expect(nodes.mesh.partitions == [nodes.nodes.compactMap(\.node).sorted()])
            for node in nodes.nodes {
                #expect(node.state == .ready)
                #expect(node.peers?.count == 2)
                #expect((node.memory?["total"] ?? 0) > 1_000_000)
                #expect((node.processes?.limit ?? 0) > (node.processes?.count ?? .max))
                #expect(node.otp?.isEmpty == false)
            }
            try await answers(machine)
            try await names(machine)
        }
    }

    private func answers(_ machine: Machine) async throws {
        for replica in try await machine.status("hello").replicas {
            let answer = try await Command(
                "/usr/bin/curl", ["-sf", "-m", "5", "http://\(replica.slot.address):\(replica.slot.port)/json"]
            ).run(within: .seconds(10))
            #expect(answer.output.contains("from a test"))
            #expect(answer.output.contains(replica.node ?? "no node"))
        }
    }

    /// What `dig` sees, and what a real node's own resolver sees.
    private func names(_ machine: Machine) async throws {
        let status = try await machine.status("hello")
        let addresses = status.replicas.map(\.slot.address).sorted()
        let daemon = try await machine.json(DaemonView.self, "daemon", "status")
        let server = try #require(daemon.dns).split(separator: ":")
        for name in ["hello", "hello-peers"] {
            let dig = try await Command(
                "/usr/bin/dig", ["+short", "@\(server[0])", "-p", "\(server[1])", "\(name).default.svc.cluster.local"]
            ).run(within: .seconds(10))
            #expect(dig.output.split(separator: "\n").map(String.init).sorted() == addresses)
        }
        let asked = try await machine.beamctl(
            "rpc", "hello",
            ":inet.getaddrs(~c\"hello-peers\", :inet) |> elem(1) |> Enum.map(&:inet.ntoa/1) |> Enum.sort() |> IO.inspect()")
        #expect(addresses.allSatisfy { asked.output.contains($0) }, "\(asked)")
    }

    struct DaemonView: Decodable {
        let pid: Int32
        let version: String
        let socket: String
        let dns: String?
    }

    @Test("no EPMD is asked, started or told")
    func noEPMD() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            #expect(!ProcessTable.running().contains { $0.name == "epmd" && $0.mentions(machine.home) })
            let listening = try await Command(
                "/bin/sh", ["-c", "cat /proc/net/tcp | awk '$4 == \"0A\" {print $2}' | grep -c ':1111$' || true"]
            )
            .run(within: .seconds(5))
            // 0x1111 is 4369.
            #expect(listening.output.trimmingCharacters(in: .whitespacesAndNewlines) == "0")
        }
    }

    @Test("a second deploy replaces the replicas and never has fewer ready than wanted")
    func rollingDeploy() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let before = Set(try await machine.status("hello").replicas.map(\.name))

            let second = try machine.start("deploy", project, "--no-build")
            var fewest = Int.max
            var most = 0
            while ProcessTable.isRunning(second.pid) {
                let status = try await machine.status("hello")
                fewest = min(fewest, status.rollout.ready)
                most = max(most, status.rollout.live)
            }
            let outcome = try await second.outcome(within: .seconds(60))
            #expect(outcome.code == 0, "\(outcome)")
            #expect(fewest >= 2)
            #expect(most <= 3)
            let after = try await machine.status("hello")
            #expect(after.revision.number == 2)
            #expect(before.isDisjoint(with: after.replicas.map(\.name)))
        }
    }

    @Test("scale, restart, stop, and back")
    func verbs() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 1))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            #expect(try await machine.beamctl("scale", "hello", "3").code == 0)
            #expect(try await machine.status("hello").rollout.ready == 3)
            #expect(try await machine.beamctl("scale", "1", in: project).code == 0)
            let one = try await machine.status("hello").replicas.map(\.name)
            #expect(one.count == 1)
            #expect(try await machine.beamctl("restart", "hello").code == 0)
            let other = try await machine.status("hello").replicas.map(\.name)
            #expect(other.count == 1 && other != one)
            #expect(try await machine.beamctl("stop", "hello").code == 0)
            #expect(try await machine.status("hello").replicas.isEmpty)
            #expect(machine.processes(named: "beam.smp").isEmpty)
            #expect(try await machine.beamctl("scale", "hello", "2").code == 0)
            #expect(try await machine.status("hello").rollout.ready == 2)
            #expect(try await machine.beamctl("destroy", "hello").code == 1)
            #expect(try await machine.beamctl("destroy", "hello", "--yes").code == 0)
            #expect(try await machine.beamctl("status", "hello").code == 1)
            #expect(machine.processes(named: "beam.smp").isEmpty)
        }
    }

    @Test("expressions: in a BEAM of their own, and within a replica; both find the app as it is")
    func oneOffs() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let evaluated = try await machine.beamctl(
                "eval", "hello", "IO.puts(System.get_env(\"GREETING\")); IO.inspect(node())")
            #expect(evaluated.code == 0)
            #expect(evaluated.output.contains("from a test") && evaluated.output.contains("nonode@nohost"))
            let port = try await machine.beamctl("eval", "hello", "IO.puts(System.get_env(\"PORT\"))").output
            let taken = try await machine.status("hello").replicas.map { "\($0.slot.port)\n" }
            #expect(Int(port.dropLast()) != nil && !taken.contains(port), "\(port) of \(taken)")
            let node = try #require(try await machine.status("hello").replicas.last?.node)
            let called = try await machine.beamctl(
                "rpc", "--replica", node, "IO.inspect({node(), length(Node.list())})", in: project)
            #expect(called.output.contains("{:\"\(node)\", 1}"), "\(called)")
            #expect(try await machine.beamctl("rpc", "hello", "raise \"no\"").code == 1)
        }
    }

    @Test("the log has what replicas wrote, of all or of one, and follows")
    func logs() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: ManifestText.hello(replicas: 2))
            try #require(try await machine.beamctl("deploy", project).code == 0)
            let replica = try #require(try await machine.status("hello").replicas.first)
            let following = try machine.start("logs", "hello", "-f", "--json", "--replica", replica.name)
            try await machine.until("the log shows what was written before") {
                following.outputSoFar.contains("listening on port")
            }
            // In the replica's own group, or rpc would print it here.
            let said = try await machine.beamctl(
                "rpc", "hello", "--replica", replica.name, ":io.put_chars(Process.whereis(:user), \"a line of a test\\n\")")
            #expect(said.code == 0, "\(said)")
            try await machine.until("the log shows what is written now") { following.outputSoFar.contains("a line of a test") }
            kill(following.pid, SIGINT)
            #expect(try await following.outcome(within: .seconds(5)).code == 130)

            let all = try await machine.beamctl("logs", "hello")
            #expect(try await machine.status("hello").replicas.allSatisfy { all.output.contains("\($0.name) |") })
            #expect(try await machine.beamctl("logs", "hello", "--since", "2099-01-01T00:00:00Z").output.isEmpty)
        }
    }
}
