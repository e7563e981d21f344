import JSONText
import Testing

@testable import KubernetesClient

@Suite("what a server serves")
struct DiscoveryTests {
    static let groups =
        #"{"kind":"APIGroupList","groups":[{"name":"policy","versions":[{"groupVersion":"policy/v1","version":"v1"},{"groupVersion":"policy/v1beta1","version":"v1beta1"}],"preferredVersion":{"groupVersion":"policy/v1beta1","version":"v1beta1"}}]}"#
    static let policy =
        #"{"kind":"APIResourceList","groupVersion":"policy/v1beta1","resources":[{"name":"poddisruptionbudgets","singularName":"","namespaced":true,"kind":"PodDisruptionBudget","verbs":["create","get"]},{"name":"poddisruptionbudgets/status","singularName":"","namespaced":true,"kind":"PodDisruptionBudget","verbs":["get"]},{"name":"podsecuritypolicies","singularName":"","namespaced":false,"kind":"PodSecurityPolicy","verbs":["get"]}]}"#

    @Test("the server's preferred version comes first, unless the caller wants others")
    func versions() throws {
        var served = ServedKinds()
        served.add(groups: try JSONReader.read(Array(Self.groups.utf8)))
        #expect(served.versions["policy"] == ["v1beta1", "v1"])
        #expect(!served.knows(group: "policy", version: "v1beta1"))
        let resources = try JSONReader.read(Array(Self.policy.utf8))
        served.add(resources: resources, group: "policy", version: "v1beta1")
        let budget = try #require(served.resource(kind: "PodDisruptionBudget", group: "policy"))
        #expect(budget.apiVersion == "policy/v1beta1" && budget.plural == "poddisruptionbudgets" && budget.isNamespaced)
        #expect(budget.verbs == ["create", "get"])
        served.add(resources: resources, group: "policy", version: "v1")
        #expect(served.resource(kind: "PodDisruptionBudget", group: "policy", versions: ["v1", "v1beta1"])?.version == "v1")
        #expect(served.resource(kind: "PodDisruptionBudget", group: "policy", versions: ["v2"]) == nil)
        #expect(served.resource(kind: "PodSecurityPolicy", group: "policy")?.isNamespaced == false)
        #expect(served.resource(apiVersion: "policy/v1", kind: "PodDisruptionBudget") != nil)
        #expect(served.resource(kind: "Pod", group: "nothing") == nil)
    }

    @Test("paths hold names, and no name leads elsewhere")
    func paths() {
        #expect(
            APIResource.deployments.path(namespace: "shop", name: "web", subresource: "scale")
                == "/apis/apps/v1/namespaces/shop/deployments/web/scale")
        #expect(APIResource.pods.path(namespace: nil) == "/api/v1/pods")
        #expect(APIResource.namespaces.path(namespace: "shop", name: "x") == "/api/v1/namespaces/x")
        #expect(APIResource.pods.path(namespace: "..", name: "a/../b?c") == "/api/v1/namespaces/%2E%2E/pods/a%2F..%2Fb%3Fc")
    }
}
