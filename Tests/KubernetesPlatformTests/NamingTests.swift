import HeadlessDNS
import JSONText
import Testing

@testable import KubernetesPlatform

@Suite("The zone of a cluster")
struct NamingTests {
    private func service(_ name: String, _ spec: JSONValue) -> KubernetesObject {
        KubernetesObject("v1", "Service", name: name, namespace: "shop", labels: [:], ["spec": spec])
    }

    private func zone(_ services: [KubernetesObject], _ slices: [KubernetesObject] = []) throws -> Zone {
        let zone = ClusterZone.make(origin: "cluster.local", serial: 3, services: services, slices: slices)
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
        let endpoints = slice(
            "IPv4",
            [
                ["addresses": ["10.1.0.1"], "hostname": "shop-0", "conditions": ["ready": true]],
                ["addresses": ["10.1.0.2"], "conditions": [:]], ["addresses": ["10.1.0.3"], "conditions": ["ready": false]],
            ])
        let record = try #require(try zone([service("shop-peers", ["clusterIP": "None"])], [endpoints]).services.first)
        #expect(record.clusterAddresses.isEmpty)
        #expect(record.endpoints.map(\.address) == ["10.1.0.1", "10.1.0.2"])
        #expect(record.endpoints.map(\.hostname) == ["shop-0", nil])
        #expect(record.endpoints.map(\.ports) == [[NamedPort(name: "dist", port: 4370)], [NamedPort(name: "dist", port: 4370)]])
    }

    private func slice(_ type: String, _ endpoints: JSONValue, of service: String = "shop-peers") -> KubernetesObject {
        KubernetesObject(
            "discovery.k8s.io/v1", "EndpointSlice", name: "\(service)-x", namespace: "shop",
            labels: ["kubernetes.io/service-name": service],
            [
                "addressType": .string(type), "endpoints": endpoints,
                "ports": [["name": "dist", "port": 4370, "protocol": "TCP"]],
            ])
    }

    @Test("a Service has the endpoints of all its slices, of both families, each once; of names and of others' slices none")
    func slices() throws {
        let slices = [
            slice("IPv4", [["addresses": ["10.1.0.1"]], ["addresses": ["10.1.0.2"]]]),
            slice("IPv4", [["addresses": ["10.1.0.2"]], ["addresses": ["10.1.0.4"]]]),
            slice("IPv6", [["addresses": ["fd00::1"]]]), slice("FQDN", [["addresses": ["a.example"]]]),
            slice("IPv4", [["addresses": ["10.1.0.9"]]], of: "other"),
        ]
        let record = try #require(try zone([service("shop-peers", ["clusterIP": "None"])], slices).services.first)
        #expect(record.endpoints.map(\.address) == ["10.1.0.1", "10.1.0.2", "10.1.0.4", "fd00::1"])
    }

    @Test("a Service of more endpoints than a zone holds has as many as it does")
    func many() throws {
        let slices = (0..<12).map { part in
            slice("IPv4", .array((0..<100).map { ["addresses": [.string("10.1.\(part).\($0)")]] }))
        }
        let record = try #require(try zone([service("shop-peers", ["clusterIP": "None"])], slices).services.first)
        #expect(record.endpoints.count == Zone.maximumEndpoints)
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
