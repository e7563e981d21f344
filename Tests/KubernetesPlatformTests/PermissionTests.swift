import FleetModel
import KubernetesClient
import Testing

@testable import KubernetesPlatform

@Suite("What one has to be allowed")
struct PermissionTests {
    @Test("rights are told in few words: what is allowed alike stands together")
    func summary() {
        let rights = [
            AccessQuestion("get", "secrets"), AccessQuestion("list", "secrets"),
            AccessQuestion("create", "pods", subresource: "log"),
            AccessQuestion("get", "deployments", group: "apps"), AccessQuestion("list", "deployments", group: "apps"),
        ]
        #expect(Permissions.summary(rights) == "get, list secrets, deployments; create pods/log")
    }

    @Test("an app is asked for the rights of the kinds that it has, and for no others")
    func needed() {
        func asked(_ spec: AppSpec) -> Set<String> { Set(Permissions.deploying(in: "shop", spec).map(\.resource)) }
        let plain = AppSpec(app: "shop", processes: ["web": ProcessSpec()])
        #expect(asked(plain).isDisjoint(with: ["jobs", "ingresses", "roles", "horizontalpodautoscalers"]))
        var full = plain
        full.releaseCommand = ["bin/migrate"]
        full.hosts = ["shop.example.com"]
        full.kubernetes.rbac = true
        full.processes["web"]?.autoscale = AutoscaleSpec(fewest: 1, most: 2, cpuPercent: 70)
        #expect(asked(full).isSuperset(of: ["jobs", "ingresses", "roles", "horizontalpodautoscalers"]))
    }

    @Test("the lock is replaced, which is another right than changing a part of it")
    func lock() {
        let verbs = Permissions.deploying(in: "shop").filter { $0.resource == "leases" }.map(\.verb)
        #expect(verbs == ["get", "create", "update", "delete"])
    }
}
