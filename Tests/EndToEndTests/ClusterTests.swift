import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("Clusters, and work that runs once", .serialized)
struct ClusterTests {
    private static func manifest(_ app: String, _ more: String = "") -> String {
        "app: \(app)\nreplicas: 2\nhttp: {health: /health}\nenv: {GREETING: from a test}\n\(more)"
    }

    /// The nodes that a replica of an app sees.
    private static func peers(_ machine: Machine, _ app: String) async throws -> Set<String> {
        let outcome = try await machine.beamctl("rpc", app, "IO.puts(Enum.join(Node.list(), \" \"))")
        return Set(outcome.output.split { $0 == " " || $0 == "\n" }.map(String.init))
    }

    @Test("two apps with the same cluster.name mesh, and a third without one stays by itself")
    func shared() async throws {
        try await Machine.run { machine in
            for (app, more) in [("one", "cluster: {name: shop}"), ("two", "cluster: {name: shop}"), ("three", "")] {
                let project = try await HelloProject.shared.copy(to: machine.home, manifest: Self.manifest(app, more))
                let deployed = try await machine.beamctl("deploy", project, "--no-build")
                try #require(deployed.code == 0, "\(deployed)")
            }
            var nodes: [String: Set<String>] = [:]
            for app in ["one", "two", "three"] {
                nodes[app] = Set(try await machine.status(app).replicas.compactMap(\.node))
                #expect(nodes[app]?.count == 2)
            }
            let shop = (nodes["one"] ?? []).union(nodes["two"] ?? [])
            #expect(shop.allSatisfy { $0.hasPrefix("shop@") })
            for app in ["one", "two"] {
                try await machine.until("\(app) sees the whole shop") {
                    let seen = try await Self.peers(machine, app)
                    return seen.count == 3 && seen.isSubset(of: shop)
                }
            }
            // The mesh is judged as a whole, and says whose the nodes are.
            for app in ["one", "two"] {
                try await machine.until("\(app) knows the whole mesh") {
                    let nodes = try await machine.beamctl("nodes", app)
                    return nodes.output.contains("mesh: full (4 of 4 nodes agree: 2 of one, 2 of two)")
                        && nodes.output.contains("3/3")
                }
            }
            let alone = try await Self.peers(machine, "three")
            #expect(alone.count == 1 && alone.isSubset(of: nodes["three"] ?? []))
            // The cluster outlives one of its apps: the other can still be asked, with the same cookie.
            try #require(try await machine.beamctl("destroy", "one", "--yes").code == 0)
            try #require(try await machine.beamctl("restart", "two").code == 0)
            let report = try await machine.json(NodesReport.self, "nodes", "two")
            #expect(report.mesh.full && report.nodes.count == 2)
        }
    }

    @Test("web and worker of one release scale apart, mesh together, and the worker gets no requests")
    func processes() async throws {
        try await Machine.run { machine in
            let manifest = """
                app: hello
                processes:
                  web: {replicas: 2, http: {health: /health}}
                  worker: {replicas: 1, env: {ROLE: worker}}
                env: {GREETING: from a test}
                """
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: manifest)
            let deployed = try await machine.beamctl("deploy", project, "--no-build")
            try #require(deployed.code == 0, "\(deployed)")
            #expect(deployed.errors.contains("3/3 nodes meshed"))
            try #require(try await machine.beamctl("scale", "hello", "2", "--process", "worker").code == 0)
            let status = try await machine.status("hello")
            #expect(status.replicas.count { $0.process == "worker" } == 2 && status.replicas.count { $0.process == "web" } == 2)
            #expect(status.mesh?.full == true)
            let entrance = try await machine.entrance("hello.localhost")
            let web = Set(status.replicas.filter { $0.process == "web" }.compactMap(\.node))
            for _ in 0..<8 {
                let page = try entrance.get("/json").body
                #expect(web.contains { page.contains($0) }, "\(page)")
            }
        }
    }

    @Test("a command runs once beside the replicas, in their release and with their environment")
    func run() async throws {
        try await Machine.run { machine in
            let project = try await HelloProject.shared.copy(to: machine.home, manifest: Self.manifest("hello"))
            try #require(try await machine.beamctl("deploy", project, "--no-build").code == 0)
            try #require(try await machine.beamctl("secrets", "set", "hello", "TOKEN", input: "s3cr3t").code == 0)
            let program = try await machine.beamctl(
                "run", "hello", "--", "sh", "-c", "echo \"$GREETING/$TOKEN/$PHX_HOST\"; exit 7")
            #expect(program.code == 7 && program.output == "from a test/s3cr3t/hello.localhost\n", "\(program)")
            let evaluated = try await machine.beamctl("run", "hello", "--", "eval", "IO.puts(System.get_env(\"TOKEN\"))")
            #expect(evaluated.code == 0 && evaluated.output == "s3cr3t\n", "\(evaluated)")
            let script = try await machine.beamctl("run", "hello", "--", "bin/hello", "version")
            #expect(script.code == 0 && script.output.contains("hello 0.1.0"), "\(script)")
            let shell = try await machine.beamctl("run", "hello", input: "echo in $RELEASE_NAME; exit 3\n")
            #expect(shell.code == 3, "\(shell)")
            let inside = try await machine.beamctl(
                "run", "hello", "--", "sh", "-c", "bin/hello version; test \"$PWD\" = \"$RELEASE_ROOT\"")
            #expect(inside.code == 0 && inside.output.contains("hello 0.1.0"), "\(inside)")
            let absent = try await machine.beamctl("run", "hello", "--", "bin/nothing")
            #expect(absent.code == 1 && absent.errors.contains("the command bin/nothing: there is no bin/nothing in the release"))
            let missing = try await machine.beamctl("run", "hello", "--", "no-such-program")
            #expect(missing.code == 127 && missing.errors.contains("no-such-program"))
            let wrong = try await machine.beamctl("run", "hello", "--process", "worker", "--", "true")
            #expect(wrong.code == 64 && wrong.errors.contains("'hello' has no process 'worker'; it has web"))
            let left = try FileManager.default.contentsOfDirectory(atPath: machine.home + "/preflight")
            #expect(left == [], "nothing is left behind")
        }
    }
}
