import FleetModel
import Foundation
import TestSupport
import Testing

@Suite(
    "On a real Kubernetes cluster: from a project through a registry", .serialized,
    .enabled(if: TestAPIServer.isOurs, "the nodes reach a registry on their own machine alone"))
struct KubernetesRegistryTests {
    @Test("deploy without an image builds one, pushes it, and pins its digest; pods pull it")
    func push() async throws {
        let registry = try await TestRegistry()
        let base = try KubernetesTestbed.archiveBase()
        try await KubernetesTestbed.use { machine, namespace in
            // An image of its own: a kubelet asks the registry anew for one that it once pulled, and others import the plain one.
            let image =
                "image: {name: \(registry.name)/acme/hello, runner_base: \(base), labels: {from: registry}}\nshutdown: {drain: 0s}"
            let folder = try await HelloProject.shared.copy(
                to: machine.home, manifest: KubernetesApp.manifest(namespace, replicas: 1, image))
            let deployed = try await machine.beamctl(["deploy"], in: folder, within: .seconds(300))
            try #require(deployed.code == 0, "\(deployed)")
            let pinned = try await KubernetesTestbed.kubectl(
                "-n", namespace, "get", "deployment", "hello", "-o", "jsonpath={.spec.template.spec.containers[0].image}")
            #expect(pinned.output.hasPrefix("\(registry.name)/acme/hello:0.1.0@sha256:"), "\(pinned)")
            let events = try await KubernetesTestbed.kubectl("-n", namespace, "get", "events", "-o", "jsonpath={..message}")
            #expect(events.output.contains("Successfully pulled image"), "\(events)")
            // An image that is promoted is what its labels say.
            let promoted = try await machine.beamctl(["deploy", "--image", pinned.output], in: folder, within: .seconds(180))
            #expect(promoted.code == 0 && !promoted.errors.contains("does not show its labels"), "\(promoted)")
        }
    }
}
