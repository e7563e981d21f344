import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("How replicas are started", .serialized)
struct ConfigurationLaunchTests {
    @Test("cluster.node_name: hostname names nodes by a name that resolves; they mesh, and rpc reaches them")
    func hostNames() async throws {
        try await Machine.run { machine in
            let manifest = ManifestText.hello(replicas: 2, extra: "cluster:\n  node_name: hostname")
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: manifest)
            let deployed = try await machine.deploy(project)
            #expect(deployed.errors.contains("2/2 nodes meshed"), "\(deployed)")
            let replicas = try await machine.status("hello").replicas
            for replica in replicas {
                let host = replica.slot.address.replacing(".", with: "-")
                #expect(replica.node == "hello@\(host).hello-peers.default.svc.cluster.local")
                let node = try #require(replica.node)
                let asked = try await machine.beamctl(
                    "rpc", "hello", "--replica", node, "IO.inspect({node(), length(Node.list())})")
                #expect(asked.output.contains("{:\"\(node)\", 1}"), "\(asked)")
            }
            let nodes = try await machine.json(NodesReport.self, "nodes", "hello")
            #expect(nodes.mesh.full && nodes.nodes.compactMap(\.node).sorted() == replicas.compactMap(\.node).sorted())
        }
    }

    @Test("a process's command is run instead of the release's start; processes of one release mesh")
    func commands() async throws {
        try await Machine.run { machine in
            let text = """
                app: phoenix-like
                processes:
                  web:
                    http: {health: /health}
                    command: bin/server
                  worker:
                    command: [start]
                env:
                  DATABASE_URL: file:///dev/null
                  SECRET_KEY_BASE: a base of secrets

                """
            let project = try await SampleProject.phoenixLike.copy(to: machine.home, manifest: text)
            let deployed = try await machine.deploy(project)
            #expect(deployed.errors.contains("2/2 nodes meshed"), "\(deployed)")
            let replicas = try await machine.status("phoenix-like").replicas
            let web = try #require(replicas.first { $0.process == "web" })
            let worker = try #require(replicas.first { $0.process == "worker" })
            let answer = Answer(try await machine.page("/config", of: web).output)
            #expect(answer.text("node") == web.node)
            #expect(answer.peers == [try #require(worker.node)])
            // Without bin/server nobody sets PHX_SERVER, and the endpoint listens to nobody.
            #expect(try await machine.page("/health", of: worker).code == 7)

            // What is run once beside them is not the process's command.
            let called = try await machine.beamctl("rpc", "phoenix-like", "IO.puts(node())", within: .seconds(20))
            #expect(replicas.compactMap(\.node).contains { called.output.hasPrefix($0 + "\n") }, "\(called)")
            let evaluated = try await machine.beamctl("eval", "phoenix-like", "IO.puts(6 * 7)", within: .seconds(20))
            #expect(evaluated.output == "42\n", "\(evaluated)")
        }
    }

    @Test("resources: as many schedulers as it may use processors; what takes more memory is killed, and that is said")
    func resources() async throws {
        try await Machine.run { machine in
            let manifest = ManifestText.hello(replicas: 1, extra: "resources:\n  cpu: 1\n  memory: 160Mi")
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: manifest)
            try await machine.deploy(project)
            let asked = try await machine.beamctl("rpc", "hello", "IO.inspect({:schedulers, System.schedulers_online()})")
            #expect(asked.output.contains("{:schedulers, 1}"), "\(asked)")

            let before = try #require(try await machine.status("hello").replicas.first)
            _ = try await machine.beamctl("rpc", "hello", ":persistent_term.put(:big, :binary.copy(<<1>>, 400_000_000))")
            // The status says so until the next BEAM is ready, which may be sooner than anybody asks.
            try await machine.until("it is said why it was killed") {
                let log = machine.daemonLog
                return log.contains("reason=killed: it held ") && log.contains("resources.memory allows 160 MiB")
            }
            try await machine.until("another BEAM is ready") {
                let now = try await machine.status("hello").replicas.first
                return now?.restarts == 1 && now?.phase == .ready && now?.pid != before.pid && now?.lastExit?.signal == 9
            }
        }
    }
}
