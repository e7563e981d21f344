import HeadlessDNS
import JSONText
import Testing

@testable import KubernetesPlatform

@Suite("The zone of a cluster")
struct NamingTests {
    private func service(_ name: String, _ spec: JSONValue) -> KubernetesObject {
        KubernetesObject("v1", "Service", name: name, namespace: "shop", labels: [:], ["spec": spec])
    }

    private func zone(_ services: [KubernetesObject], _ endpoints: [KubernetesObject] = []) throws -> Zone {
        let zone = ClusterZone.make(origin: "cluster.local", serial: 3, services: services, endpoints: endpoints)
        try zone.validate()
        return zone
    }

    @Test("a Service with an address of its own is answered with that")
    func virtual() throws {
        let service = service("web", ["clusterIP": "10.96.1.2", "ports": [["name": "http", "port": 80, "protocol": "TCP"]]])
        let record = try #require(try zone([service]).services.first)
        #expect(record.clusterAddresses == ["10.96.1.2"] && record.namespace == "shop")
        #expect(record.ports == [NamedPort(name: "http", port: 80)])
    }

    @Test("a headless Service is answered with its endpoints, by the names that they have")
    func headless() throws {
        let endpoints = KubernetesObject(
            "v1", "Endpoints", name: "shop-peers", namespace: "shop", labels: [:],
            [
                "subsets": [
                    [
                        "addresses": [["ip": "10.1.0.1", "hostname": "shop-0"], ["ip": "10.1.0.2"]],
                        "notReadyAddresses": [["ip": "10.1.0.3"]],
                        "ports": [["name": "dist", "port": 4370, "protocol": "TCP"]],
                    ]
                ]
            ])
        let record = try #require(try zone([service("shop-peers", ["clusterIP": "None"])], [endpoints]).services.first)
        #expect(record.clusterAddresses.isEmpty)
        #expect(record.endpoints.map(\.address) == ["10.1.0.1", "10.1.0.2"])
        #expect(record.endpoints.map(\.hostname) == ["shop-0", nil])
    }

    @Test("a Service without endpoints is there and empty; one that only names another host is none of ours")
    func empty() throws {
        let zone = try zone([
            service("b", ["clusterIP": "None"]), service("a", ["type": "ExternalName", "externalName": "x.example"]),
        ])
        #expect(zone.services.map(\.name) == ["b"])
        #expect(zone.services[0].endpoints.isEmpty)
    }
}
