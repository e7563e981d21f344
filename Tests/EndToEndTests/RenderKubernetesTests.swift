import Foundation
import Testing

@Suite("What runs on Kubernetes, as text")
struct RenderKubernetesTests {
    private func project(_ machine: Machine, _ manifest: String) throws -> String {
        let project = machine.home + "/p"
        try FileManager.default.createDirectory(atPath: project, withIntermediateDirectories: true)
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: project + "/beamctl.yml"))
        return project
    }

    @Test("render kubernetes prints objects without a cluster, a daemon or a build, and says how to make what is secret")
    func renders() async throws {
        try await Machine.run { machine in
            let project = try project(
                machine,
                """
                app: hello
                http: 4000
                secrets: [SECRET_KEY_BASE]
                environments: {production: {on: kubernetes, namespace: shop}}
                """)
            let printed = try await machine.beamctl(
                "render", "kubernetes", project, "-e", "production", "--image", "registry.example.com/hello:2")
            #expect(printed.code == 0, "\(printed)")
            #expect(printed.output.hasPrefix("# Secrets are not printed."))
            #expect(
                printed.output.contains(
                    "kubectl -n shop create secret generic hello-production-secrets --from-file=SECRET_KEY_BASE=PATH\n"))
            #expect(printed.output.contains("\n        image: registry.example.com/hello:2\n"))
            #expect(printed.output.contains("\n          value: hello-production-peers.shop.svc.cluster.local\n"))
            let again = try await machine.beamctl(
                "render", "kubernetes", project, "-e", "production", "--image", "registry.example.com/hello:2")
            #expect(again.output == printed.output)
            let json = try await machine.beamctl("render", "kubernetes", project, "--json")
            let list = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect(list["kind"] as? String == "List" && (list["items"] as? [Any])?.count == 6)
            let old = try await machine.beamctl("render", "kubernetes", project, "--kubernetes-version", "1.20")
            #expect(old.output.contains("apiVersion: policy/v1beta1\n"))
            #expect(try await machine.beamctl("render", "kubernetes", project, "--kubernetes-version", "x").code == 64)
        }
    }

    @Test(
        "a patch that changes nothing is told with the manifest's file; where no cluster is known, every verb says so")
    func refusals() async throws {
        try await Machine.run(with: ["HOME": "/nonexistent"]) { machine in
            let project = try project(machine, "app: hello\non: kubernetes\nkubernetes: {patches: [{kind: Pod, spec: {}}]}\n")
            let failed = try await machine.beamctl("render", "kubernetes", project)
            #expect(failed.code == 1, "\(failed)")
            #expect(failed.errors.contains("beamctl.yml: kubernetes.patches[0]: changes nothing: there is no Pod"), "\(failed)")
            for words in [
                ["deploy", project], ["deploy", project, "--on", "kubernetes"], ["status", "hello", "--on", "kubernetes"],
            ] {
                let refused = try await machine.beamctl(words)
                #expect(refused.code == 1 && refused.errors.contains("kubeconfig"), "\(refused)")
            }
        }
    }

    @Test("a command goes where the manifest of the project that it means, or that one is in, says: not where no one said")
    func place() async throws {
        try await Machine.run(with: ["HOME": "/nonexistent"]) { machine in
            let project = try project(machine, "app: hello\non: kubernetes\n")
            let inCluster: [(words: [String], folder: String)] = [
                // The folder of the project, by its name alone, as in `deploy myapp`.
                (["deploy", "p"], machine.home), (["diff", "p"], machine.home),
                // Another app's name, or a misspelt one.
                (["status", "helo"], project), (["list"], project), (["destroy", "--yes", "other"], project),
            ]
            for (words, folder) in inCluster {
                let refused = try await machine.beamctl(words, in: folder)
                #expect(
                    refused.code == 1
                        && refused.errors.hasPrefix("error: beamctl.yml says on: kubernetes, and there is no kubeconfig: "),
                    "\(words): \(refused)")
                #expect(refused.errors.hasSuffix("; --on local means this machine\n"), "\(refused)")
            }
            // What concerns no app is this machine's.
            #expect(try await machine.beamctl("version", in: project).code == 0)
            #expect(try await machine.beamctl("daemon", "status", in: project).errors.contains("no daemon runs"))
            let above = try await machine.beamctl("deploy", ".", in: machine.home)
            #expect(above.errors.hasSuffix("try: a folder below it: ./p\n"), "\(above)")
            let nowhere = try await machine.beamctl("deploy", "./q", in: machine.home)
            #expect(nowhere.code == 1 && nowhere.errors == "error: there is no folder \(machine.home)/q\n", "\(nowhere)")
            for (words, folder) in [(["status", "hello"], machine.home), (["status", "hello", "--on", "local"], project)] {
                let missing = try await machine.beamctl(words, in: folder)
                #expect(missing.errors.hasPrefix("error: there is no app 'hello' in the namespace 'default'\n"), "\(missing)")
            }
        }
    }
}
