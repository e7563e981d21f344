import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("Environments are deployments of their own", .serialized)
struct EnvironmentsTests {
    private func greeting(_ app: String, _ machine: Machine) async throws -> String {
        let asked = try await machine.beamctl("rpc", app, "IO.write(System.get_env(\"GREETING\"))")
        #expect(asked.code == 0, "\(asked)")
        return asked.output
    }

    @Test("staging lives beside production: own name, settings, secrets, revisions and cluster; they never mesh")
    func besideEachOther() async throws {
        try await Machine.run { machine in
            let more = "environments:\n  staging:\n    replicas: 2\n    env:\n      GREETING: staging's"
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello(more: more).text)
            try await machine.deploy(project)
            try await machine.deploy(project, "-e", "staging")
            #expect(try await greeting("hello", machine) == "from a test")
            #expect(try await greeting("hello-staging", machine) == "staging's")

            #expect(try await machine.beamctl("env", "set", project, "-e", "staging", "GREETING=set").code == 0)
            let secret = try await machine.beamctl(
                "secrets", "set", project, "-e", "staging", "TOKEN", "--no-deploy", input: "Zeisig")
            #expect(secret.code == 0, "\(secret)")
            #expect(try await greeting("hello", machine) == "from a test")
            #expect(try await greeting("hello-staging", machine) == "set")
            #expect(try await machine.json(SecretsReport.self, "secrets", "list", project).secrets.isEmpty)
            let secrets = try await machine.json(SecretsReport.self, "secrets", "list", project, "-e", "staging")
            #expect(secrets.app == "hello-staging" && secrets.secrets.map(\.name) == ["TOKEN"])

            let all = try await machine.json([AppStatus].self, "list")
            #expect(all.map(\.deployment.key.app) == ["hello", "hello-staging"])
            #expect(all.map(\.revision.number) == [1, 2])
            #expect(all.map(\.replicas.count) == [1, 2])
            let only = try await machine.json([AppStatus].self, "list", "-e", "staging")
            #expect(only.map(\.deployment.key.app) == ["hello-staging"])
            try await strangers(all, machine)

            #expect(try await machine.beamctl("destroy", "hello", "-e", "staging", "--yes").code == 0)
            #expect(try await machine.json([AppStatus].self, "list").map(\.deployment.key.app) == ["hello"])
            #expect(try await machine.status("hello").replicas.map(\.pid) == all.first?.replicas.map(\.pid))
        }
    }

    /// Each node sees those of its own deployment alone, and has their cookie alone.
    private func strangers(_ all: [AppStatus], _ machine: Machine) async throws {
        var cookies: Set<String> = []
        for status in all {
            let nodes = status.replicas.compactMap(\.node).sorted()
            let report = try await machine.json(NodesReport.self, "nodes", status.deployment.key.app)
            #expect(report.mesh.partitions == [nodes] && report.mesh.full)
            let replica = try #require(status.replicas.first)
            let home = "\(machine.home)/replicas/default/\(replica.name)/home"
            cookies.insert(try String(contentsOfFile: home + "/.erlang.cookie", encoding: .utf8))
        }
        #expect(cookies.count == all.count)
        let stranger = try #require(all.first?.replicas.first?.node)
        let asked = try await machine.beamctl("rpc", "hello-staging", "IO.inspect(Node.connect(:\"\(stranger)\"))")
        #expect(asked.output.contains("false"), "\(asked)")
    }

    @Test("each layer wins over the ones before it")
    func layers() async throws {
        try await Machine.run { machine in
            // L1 is given by the first layer alone, L2 by the first two, and so on; each says its own number.
            let text = """
                app: hello
                env: {L1: 1, L2: 1, L3: 1, L4: 1, L5: 1, L6: 1}
                processes:
                  web:
                    env: {L2: 2, L3: 2, L4: 2, L5: 2, L6: 2}
                environments:
                  staging:
                    env: {L3: 3, L4: 3, L5: 3, L6: 3}
                    processes:
                      web:
                        env: {L4: 4, L5: 4, L6: 4}

                """
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: text)
            let set = try await machine.beamctl("env", "set", project, "-e", "staging", "L5=5", "L6=5")
            #expect(set.code == 0, "\(set)")
            let secret = try await machine.beamctl("secrets", "set", project, "-e", "staging", "L6", input: "6")
            #expect(secret.code == 0, "\(secret)")
            try await machine.deploy(project, "-e", "staging")
            let asked = try await machine.beamctl(
                "rpc", "hello-staging", "for n <- 1..6, do: IO.write(System.get_env(\"L#{n}\"))")
            #expect(asked.output.hasPrefix("123456"), "\(asked)")
        }
    }

    @Test("an environment that the manifest does not have is refused, and the nearest is named")
    func unknown() async throws {
        try await Machine.run { machine in
            let more = "environments:\n  staging: {replicas: 2}\n  review: {}"
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: SampleManifest.hello(more: more).text)
            for verb in [["deploy", project], ["config", project], ["env", "set", project, "A=1"]] {
                let refused = try await machine.beamctl(verb + ["-e", "stagin"])
                #expect(refused.code == 1)
                #expect(refused.errors.contains("there is no environment \"stagin\""), "\(refused)")
                #expect(refused.errors.contains("did you mean staging?"), "\(refused)")
            }
            let noName = try await machine.beamctl("deploy", project, "-e", "Not/A/Name")
            #expect(noName.code == 64, "\(noName)")
            #expect(try await machine.beamctl("list").output.isEmpty)
        }
    }

    @Test("${env:NAME} is the deployer's variable, with a default or none; ${secret:NAME} a secret; $$ makes both plain text")
    func references() async throws {
        try await Machine.run { machine in
            let text = """
                app: hello
                replicas: ${env:HOW_MANY:-1}
                env:
                  FROM_ME: "<${env:MY_OWN}>"
                  EMPTY: "<${env:NOT_THERE:-nobody}>"
                  SECRET: "<${secret:WHO}>"
                  PLAIN: "$${env:MY_OWN} $${secret:WHO} ${MY_OWN}"

                """
            let project = try await SampleProject.hello.copy(to: machine.home, manifest: text)
            let absent = try await machine.beamctl("deploy", project, "--no-build")
            #expect(absent.code == 1)
            #expect(absent.errors.contains("beamctl.yml:4:12"), "\(absent)")
            #expect(absent.errors.contains("MY_OWN is not set"), "\(absent)")

            // Whoever only changes settings needs none of the deployer's variables.
            let set = try await machine.beamctl("secrets", "set", project, "WHO", input: "Zeisig ${env:MY_OWN}")
            #expect(set.code == 0, "\(set)")
            try await machine.deploy(project, environment: ["MY_OWN": "mine: \"\\ ${secret:WHO}", "HOW_MANY": "2"])
            #expect(try await machine.status("hello").replicas.count == 2)
            let asked = try await machine.beamctl(
                "rpc", "hello", "for n <- ~w(FROM_ME EMPTY SECRET PLAIN), do: IO.puts(System.get_env(n))")
            #expect(
                asked.output.hasPrefix(
                    "<mine: \"\\ ${secret:WHO}>\n<nobody>\n<Zeisig ${env:MY_OWN}>\n${env:MY_OWN} ${secret:WHO} ${MY_OWN}\n"),
                "\(asked)")
        }
    }
}
