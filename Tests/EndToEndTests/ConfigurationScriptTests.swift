import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("A project's own env.sh", .serialized)
struct ConfigurationScriptTests {
    /// `samples/phoenix_like` with the `rel/env.sh.eex` that Fly's generator writes (flyctl 0.3, `fly launch` of a Phoenix app).
    private static let fly = SampleProject(
        "phoenix_like", as: "fly",
        build: #"""
            cat > rel/env.sh.eex <<'END'
            #!/bin/sh

            # configure node for distributed erlang with IPV6 support
            export ERL_AFLAGS="-proto_dist inet6_tcp"
            export ECTO_IPV6="true"
            export DNS_CLUSTER_QUERY="${FLY_APP_NAME}.internal"
            export RELEASE_DISTRIBUTION="name"
            export RELEASE_NODE="${FLY_APP_NAME}-${FLY_IMAGE_REF##*-}@${FLY_PRIVATE_IP}"
            END
            MIX_ENV=prod mix release --overwrite --quiet
            """#)

    @Test("as Fly's generator writes it: deploys unchanged and meshes; each line that does not count is named")
    func flyScript() async throws {
        try await Machine.run { machine in
            var manifest = SampleManifest.phoenixLike()
            manifest.replicas = 2
            let project = try await Self.fly.copy(to: machine.home, manifest: manifest.text)
            let deployed = try await machine.deploy(project)
            #expect(deployed.errors.contains("2/2 nodes meshed"), "\(deployed)")
            for (line, name) in [(4, "ERL_AFLAGS"), (6, "DNS_CLUSTER_QUERY"), (7, "RELEASE_DISTRIBUTION"), (8, "RELEASE_NODE")] {
                #expect(deployed.errors.contains("warning: env.sh:\(line) exports \(name)"), "\(deployed)")
            }
            for (replica, answer) in zip(
                try await machine.status("phoenix-like").replicas, try await machine.answers(of: "phoenix-like"))
            {
                #expect(answer.text("node") == replica.node)
                #expect(replica.node == "phoenix_like@\(replica.slot.address)")
                #expect(answer.text("dns_cluster_query") == "phoenix-like-peers.default.svc.cluster.local")
                // What it sets and nobody else does, counts.
                #expect(answer.text("ipv6") == "true")
            }
            let asked = try await machine.beamctl("rpc", "phoenix-like", "IO.puts(node())")
            #expect(asked.code == 0 && asked.output.hasPrefix("phoenix_like@127."), "\(asked)")
        }
    }

    private static let exporting = SampleProject(
        "phoenix_like", as: "exporting",
        build: #"""
            printf '%s\n' '#!/bin/sh' 'export PHX_HOST=theirs' > rel/env.sh.eex
            MIX_ENV=prod mix release --overwrite --quiet
            """#)

    @Test(
        "a plain variable of theirs counts only where release.env_sh says so, and the warning says who wins",
        arguments: [(nil, "ours"), ("theirs", "theirs")])
    func plainVariable(setting: String?, wins: String) async throws {
        try await Machine.run { machine in
            let more = setting.map { "release:\n  env_sh: \($0)" } ?? ""
            let project = try await Self.exporting.copy(
                to: machine.home, manifest: SampleManifest.phoenixLike(["PHX_HOST": "ours"], more: more).text)
            let deployed = try await machine.deploy(project)
            #expect(deployed.errors.contains("warning: env.sh:2 exports PHX_HOST"), "\(deployed)")
            #expect(try await machine.answers(of: "phoenix-like").first?.text("host") == wins)
        }
    }
}
