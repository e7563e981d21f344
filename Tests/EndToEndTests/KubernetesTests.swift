import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("On a real Kubernetes cluster", .serialized, .enabled(if: KubernetesTestbed.isThere, KubernetesTestbed.reason))
struct KubernetesTests {
    private func manifest(_ namespace: String, _ extra: String = "") -> String {
        ManifestText.hello(extra: "on: kubernetes\nnamespace: \(namespace)\n\(ManifestText.briskEnd)" + extra)
    }

    private func nodes(_ machine: Machine, in folder: String) async throws -> NodesReport {
        let outcome = try await machine.beamctl("nodes", "--json", in: folder)
        try #require(outcome.code == 0, "\(outcome)")
        return try JSONDecoder().decode(NodesReport.self, from: Data(outcome.output.utf8))
    }

    private func status(_ machine: Machine, in folder: String) async throws -> AppStatus {
        let outcome = try await machine.beamctl("status", "--json", in: folder)
        try #require(outcome.code == 0, "\(outcome)")
        return try JSONDecoder().decode(AppStatus.self, from: Data(outcome.output.utf8))
    }

    @Test("an image is deployed to ready and meshed, scaled, restarted, changed, rolled back and destroyed")
    func life() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let folder = try await HelloProject.shared.copy(to: machine.home, manifest: manifest(namespace))
            let image = try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)

            let deployed = try await machine.beamctl(["deploy", "--image", image], in: folder, within: .seconds(180))
            try #require(deployed.code == 0, "\(deployed)")
            #expect(deployed.errors.contains("3/3 nodes meshed"), "\(deployed)")
            let report = try await nodes(machine, in: folder)
            #expect(report.mesh.full && report.nodes.count == 3, "\(report)")
            #expect(report.nodes.allSatisfy { $0.memory?["total"] != nil }, "\(report)")

            for count in ["5", "2"] {
                let scaled = try await machine.beamctl(["scale", count], in: folder, within: .seconds(180))
                try #require(scaled.code == 0, "\(scaled)")
                let status = try await status(machine, in: folder)
                #expect(status.rollout.ready == Int(count), "\(status)")
            }
            let shown = try await machine.beamctl("status", in: folder)
            #expect(shown.output.contains("mesh: full (2 of 2 nodes agree)"), "\(shown)")
            let misspelt = try await machine.beamctl("status", "helo", in: folder)
            #expect(misspelt.code == 1 && misspelt.errors.contains("; did you mean hello?"), "\(misspelt)")
            #expect(misspelt.errors.contains("in the namespace '\(namespace)' of "), "\(misspelt)")

            let set = try await machine.beamctl(["env", "set", "GREETING=changed"], in: folder, within: .seconds(180))
            try #require(set.code == 0, "\(set)")
            let seen = try await machine.beamctl("rpc", #"IO.puts(System.get_env("GREETING"))"#, in: folder)
            #expect(seen.output == "changed\n", "\(seen)")

            let rolled = try await machine.beamctl(["rollback"], in: folder, within: .seconds(180))
            try #require(rolled.code == 0, "\(rolled)")
            let before = try await machine.beamctl("rpc", #"IO.puts(System.get_env("GREETING"))"#, in: folder)
            #expect(before.output == "from a test\n", "\(before)")

            let logs = try await machine.beamctl("logs", in: folder)
            #expect(logs.code == 0 && !logs.output.isEmpty, "\(logs)")

            let destroyed = try await machine.beamctl(["destroy", "--yes"], in: folder, within: .seconds(120))
            try #require(destroyed.code == 0, "\(destroyed)")
            let left = try await KubernetesTestbed.kubectl(
                "-n", namespace, "get",
                "deployments,services,configmaps,secrets,networkpolicies,poddisruptionbudgets,leases,pods", "-l",
                "app.kubernetes.io/managed-by=beamctl", "-o", "name")
            #expect(left.output.isEmpty, "\(left)")
        }
    }

    @Test("a secret is kept in the cluster, reaches the pods, and is never shown")
    func secrets() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let folder = try await HelloProject.shared.copy(to: machine.home, manifest: manifest(namespace))
            let image = try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)
            let set = try await machine.beamctl("secrets", "set", "TOKEN", in: folder, input: "s3cr3t-value")
            try #require(set.code == 0, "\(set)")
            let deployed = try await machine.beamctl(
                ["deploy", "--image", image, "--replicas", "1"], in: folder, within: .seconds(180))
            try #require(deployed.code == 0, "\(deployed)")
            let seen = try await machine.beamctl("rpc", #"IO.puts(byte_size(System.get_env("TOKEN")))"#, in: folder)
            #expect(seen.output == "12\n", "\(seen)")
            let maps = try await KubernetesTestbed.kubectl("-n", namespace, "get", "configmaps,deployments,pods", "-o", "yaml")
            #expect(!maps.output.contains("s3cr3t-value"))
        }
    }

    @Test("what cannot be had is told in one line: a Secret or an image that is not there, a quota")
    func refusals() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let folder = try await HelloProject.shared.copy(
                to: machine.home, manifest: manifest(namespace, "\nsecrets_from: [outside]"))
            let secretless = try await machine.beamctl("deploy", "--image", "registry.invalid/none:1", in: folder)
            #expect(secretless.code == 1, "\(secretless)")
            #expect(
                secretless.errors.contains(
                    "error: the Secret 'outside', which secrets_from names, is not in the namespace '\(namespace)'\n"
                        + "try: kubectl create secret generic outside -n \(namespace) "), "\(secretless)")
            try manifest(namespace).write(toFile: folder + "/beamctl.yml", atomically: true, encoding: .utf8)
            let missing = try await machine.beamctl(
                ["deploy", "--image", "registry.invalid/none:1", "--timeout", "20"], in: folder, within: .seconds(60))
            #expect(missing.code == 1, "\(missing)")
            #expect(missing.errors.contains("ImagePullBackOff: ") || missing.errors.contains("ErrImagePull: "), "\(missing)")
            try await KubernetesTestbed.kubectl("-n", namespace, "create", "quota", "small", "--hard=pods=0")
            _ = try await machine.beamctl(["destroy", "--yes"], in: folder, within: .seconds(120))
            let full = try await machine.beamctl(
                ["deploy", "--image", "registry.invalid/none:2"], in: folder, within: .seconds(60))
            #expect(full.code == 1 && full.errors.contains("exceeded quota: small"), "\(full)")
        }
    }

    @Test("a replica that is not ready is told with its own node's reason, at the end of a wait and later")
    func unready() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            // The health check of this one asks for what the app does not have.
            let manifest = manifest(namespace).replacing("health: /health", with: "health: /nowhere")
            let folder = try await HelloProject.shared.copy(to: machine.home, manifest: manifest)
            let image = try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)
            let late = try await machine.beamctl(
                ["deploy", "--image", image, "--replicas", "1", "--timeout", "12"], in: folder, within: .seconds(60))
            #expect(late.code == 124 && late.errors.contains("not ready: GET /nowhere answers 404"), "\(late)")
            let status = try await machine.beamctl("status", in: folder)
            #expect(status.output.contains("not ready: GET /nowhere answers 404"), "\(status)")
        }
    }

    @Test("a field that somebody else owns is a conflict that names him, and is taken over when that is asked for")
    func conflicts() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let folder = try await HelloProject.shared.copy(to: machine.home, manifest: manifest(namespace))
            let image = try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)
            let deployed = try await machine.beamctl(
                ["deploy", "--image", image, "--replicas", "1"], in: folder, within: .seconds(180))
            try #require(deployed.code == 0, "\(deployed)")
            let patched = try await KubernetesTestbed.kubectl(
                "-n", namespace, "patch", "deployment", "hello", "--field-manager=somebody", "-p", #"{"spec":{"replicas":2}}"#)
            try #require(patched.code == 0, "\(patched)")
            let refused = try await machine.beamctl(
                ["deploy", "--image", image, "--replicas", "1"], in: folder, within: .seconds(60))
            #expect(refused.code == 1 && refused.errors.contains(".spec.replicas is owned by somebody"), "\(refused)")
            // What is refused ends the trial that is made meanwhile, and nothing of that is left.
            let trials = try await KubernetesTestbed.kubectl(
                "-n", namespace, "get", "jobs", "-l", "beamctl.com/kind=trial", "-o", "name")
            #expect(trials.code == 0 && trials.output.isEmpty, "\(trials)")
            let forced = try await machine.beamctl(
                ["deploy", "--image", image, "--replicas", "1", "--force-conflicts"], in: folder, within: .seconds(180))
            #expect(forced.code == 0, "\(forced)")
        }
    }

    @Test("what only a machine has is refused with what does it here")
    func elsewhere() async throws {
        try await KubernetesTestbed.use { machine, _ in
            for words in [["certificates", "list"], ["daemon", "status"], ["stop", "--all"]] {
                let outcome = try await machine.beamctl(words + ["--on", "kubernetes"])
                #expect(outcome.code == 64 && outcome.errors.contains("try: "), "\(outcome)")
            }
            let doctor = try await machine.beamctl("doctor", "--on", "kubernetes")
            #expect(doctor.code == 0 && doctor.output.contains("API server"), "\(doctor)")
        }
    }
}
