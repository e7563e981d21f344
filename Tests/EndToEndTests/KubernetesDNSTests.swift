import FleetModel
import Foundation
import TestSupport
import Testing

@Suite("A cluster's DNS of our own", .serialized, .enabled(if: KubernetesTestbed.isThere, KubernetesTestbed.reason))
struct KubernetesDNSTests {
    /// Pods that ask nobody else.
    private func manifest(_ namespace: String, nameServer: String) -> String {
        ManifestText.hello(
            extra: """
                on: kubernetes
                namespace: \(namespace)
                \(ManifestText.briskEnd)kubernetes:
                  patches:
                    - kind: Deployment
                      spec:
                        template:
                          spec:
                            dnsPolicy: None
                            dnsConfig:
                              nameservers: ["\(nameServer)"]
                              searches: [\(namespace).svc.cluster.local, svc.cluster.local, cluster.local]
                              options: [{name: ndots, value: "5"}]

                """)
    }

    private func apply(_ yaml: String) async throws {
        let applied = try await KubernetesTestbed.kubectl("apply", "-f", "-", input: yaml)
        try #require(applied.code == 0, "\(applied)")
    }

    @Test("what render dns prints serves the cluster: nodes mesh by it, services resolve, and pods that come and go are told of")
    func serves() async throws {
        try await KubernetesTestbed.use { machine, namespace in
            let name = "beamctl.local/beamctl:\(namespace)"
            let archive = machine.home + "/own.tar"
            let made = try await OwnImage.make(on: try KubernetesTestbed.chosenBase(), as: name, to: archive, on: machine)
            try #require(made.code == 0, "\(made)")
            try await KubernetesTestbed.give(archive)
            do {
                try await serve(machine, namespace, name)
            } catch {
                await forget(namespace)
                throw error
            }
            await forget(namespace)
        }
    }

    private func serve(_ machine: Machine, _ namespace: String, _ image: String) async throws {
        let version = try await KubernetesTestbed.kubectl("get", "--raw", "/version").output
        let minor = try #require(version.firstMatch(of: /"minor": ?"([0-9]+)/)?.1)
        let words = ["render", "dns", "--image", image, "-n", namespace, "--kubernetes-version", "1.\(minor)"]
        try await apply(try await machine.beamctl(words).output)
        let rolled = try await KubernetesTestbed.kubectl(
            "-n", namespace, "rollout", "status", "deployment/beamctl-dns", "--timeout=120s", within: .seconds(130))
        try #require(rolled.code == 0, "\(rolled)")
        let address = try await KubernetesTestbed.kubectl(
            "-n", namespace, "get", "service", "beamctl-dns", "-o", "jsonpath={.spec.clusterIP}"
        ).output
        // The same with the address that it has is no change.
        try await apply(try await machine.beamctl(words + ["--cluster-ip", address]).output)

        let folder = try await HelloProject.shared.copy(
            to: machine.home, manifest: manifest(namespace, nameServer: address))
        let hello = try await KubernetesTestbed.image(of: folder, tag: "hello", on: machine)
        let deployed = try await machine.beamctl(["deploy", "--image", hello], in: folder, within: .seconds(180))
        try #require(deployed.code == 0 && deployed.errors.contains("3/3 nodes meshed"), "\(deployed)")

        let service = try await KubernetesTestbed.kubectl(
            "-n", namespace, "get", "service", "hello", "-o", "jsonpath={.spec.clusterIP}"
        ).output
        #expect(try await resolve("hello", namespace) == [service])
        #expect(try await resolve("hello-peers", namespace) == pods(namespace))
        #expect(try await resolve("kubernetes.default", namespace).count == 1)
        let scaled = try await machine.beamctl(["scale", "2"], in: folder, within: .seconds(120))
        try #require(scaled.code == 0, "\(scaled)")
        // A kubelet may keep a pod that has ended until it looks for such, once a minute; it is under the name as long.
        try await machine.until("two pods are left under the name", within: .seconds(90)) {
            let (names, pods) = (try await resolve("hello-peers", namespace), try await pods(namespace))
            return names == pods && pods.count == 2
        }
    }

    /// The addresses that a pod of the app finds under a name.
    private func resolve(_ name: String, _ namespace: String) async throws -> [String] {
        let asked = try await KubernetesTestbed.kubectl("-n", namespace, "exec", "deploy/hello", "--", "getent", "ahostsv4", name)
        return Set(asked.output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }).sorted()
    }

    private func pods(_ namespace: String) async throws -> [String] {
        let told = try await KubernetesTestbed.kubectl(
            "-n", namespace, "get", "pods", "-l", "app.kubernetes.io/instance=hello", "-o", "jsonpath={.items[*].status.podIP}")
        return told.output.split(separator: " ").map(String.init).sorted()
    }

    /// What belongs to no namespace does not go with it.
    private func forget(_ namespace: String) async {
        _ = try? await KubernetesTestbed.kubectl(
            "delete", "clusterrole,clusterrolebinding", "beamctl-dns-\(namespace)", "--wait=false")
    }
}
