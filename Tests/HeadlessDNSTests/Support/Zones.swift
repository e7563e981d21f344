import HeadlessDNS

enum Zones {
    /// A service of three, its shadow for meshing, one with a cluster address, one that is empty, one of both families.
    static let demo = Zone(
        serial: 42,
        services: [
            ServiceRecord(
                name: "hello", namespace: "default", ports: [NamedPort(name: "http", port: 20_001)],
                endpoints: [
                    Endpoint(address: "127.88.0.11", hostname: "hello-web-1-x7k2p"),
                    Endpoint(address: "127.88.0.12"),
                    Endpoint(address: "127.88.0.13", ports: [NamedPort(name: "http", port: 20_003)]),
                ]),
            ServiceRecord(
                name: "hello-peers", namespace: "default", ports: [NamedPort(name: "dist", port: 4_370)],
                endpoints: [Endpoint(address: "127.88.0.11"), Endpoint(address: "127.88.0.14")]),
            ServiceRecord(
                name: "front", namespace: "default", clusterAddresses: ["127.88.1.1"],
                ports: [NamedPort(name: "http", port: 80), NamedPort(name: "quic", transport: "udp", port: 443)]),
            ServiceRecord(name: "empty", namespace: "other", ports: [NamedPort(name: "http", port: 80)]),
            ServiceRecord(
                name: "dual", namespace: "other",
                endpoints: [
                    Endpoint(address: "127.88.2.1", hostname: "one"), Endpoint(address: "fd00::1", hostname: "one"),
                    Endpoint(address: "fd00::2"),
                ]),
        ])

    /// One headless service `many` of so many endpoints.
    static func many(_ count: Int, serial: UInt32 = 1) -> Zone {
        let endpoints = (0..<count).map { Endpoint(address: "127.89.\($0 / 250).\($0 % 250 + 1)") }
        let ports = [NamedPort(name: "http", port: 4_000)]
        return Zone(
            serial: serial, services: [ServiceRecord(name: "many", namespace: "default", ports: ports, endpoints: endpoints)])
    }

    /// One headless service `hello` at one address.
    static func single(_ address: String, origin: String = "cluster.local", serial: UInt32 = 1) -> Zone {
        Zone(
            origin: origin, serial: serial,
            services: [ServiceRecord(name: "hello", namespace: "default", endpoints: [Endpoint(address: address)])])
    }
}
