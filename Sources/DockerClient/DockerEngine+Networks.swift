import FoundationEssentials
import HTTPTransport

extension DockerEngine {
    /// A bridge network that is wanted.
    public struct NetworkSpec: Hashable, Sendable {
        /// What it is called.
        public var name: String
        /// What its interface is called on the Engine's machine, at most 15 bytes.
        public var interface: String
        /// Its addresses, `a.b.c.d/bits`.
        public var subnet: String
        /// The machine's own address in it.
        public var gateway: String
        /// Those of its addresses that the Engine may give out by itself.
        public var range: String
        /// By which it is found again.
        public var labels: [String: String]

        /// Makes one.
        public init(
            name: String, interface: String, subnet: String, gateway: String, range: String, labels: [String: String]
        ) {
            self.name = name
            self.interface = interface
            self.subnet = subnet
            self.gateway = gateway
            self.range = range
            self.labels = labels
        }
    }

    /// A network that is there.
    public struct NetworkFacts: Decodable, Hashable, Sendable {
        /// Its id.
        public var id: String
        /// Its labels.
        public var labels: [String: String]
        /// Its subnets.
        public var subnets: [String] { addresses.configurations?.compactMap(\.subnet) ?? [] }
        private var addresses: Addresses

        private struct Addresses: Decodable, Hashable, Sendable {
            var configurations: [Configuration]?

            enum CodingKeys: String, CodingKey {
                case configurations = "Config"
            }
        }

        private struct Configuration: Decodable, Hashable, Sendable {
            var subnet: String?

            enum CodingKeys: String, CodingKey {
                case subnet = "Subnet"
            }
        }

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case labels = "Labels"
            case addresses = "IPAM"
        }
    }

    /// Makes a bridge network. Throws ``DockerError``, `.refused` when its addresses meet those of another.
    public func createNetwork(_ spec: NetworkSpec) async throws {
        let body = EngineBody.object([
            "Name": .text(spec.name), "Driver": .text("bridge"), "CheckDuplicate": .flag(true),
            "IPAM": .object([
                "Config": .list([.texts(["Subnet": spec.subnet, "Gateway": spec.gateway, "IPRange": spec.range])])
            ]),
            "Options": .texts(["com.docker.network.bridge.name": spec.interface]), "Labels": .texts(spec.labels),
        ])
        try await send(try call("POST", "/networks/create", body: body), "create the network \(spec.name)")
    }

    /// A network by name; nil when there is none. Throws ``DockerError``.
    public func network(_ name: String) async throws -> NetworkFacts? {
        do {
            return try await ask(try call("GET", "/networks/\(PercentEncoding.encoded(name))"), "network \(name)")
        } catch let error as DockerError where error.code == .notFound {
            return nil
        }
    }

    /// Removes a network; one that is gone already is none. Throws ``DockerError`` when something is in it.
    public func removeNetwork(_ name: String) async throws {
        do {
            try await send(
                try call("DELETE", "/networks/\(PercentEncoding.encoded(name))"), "remove the network \(name)")
        } catch let error as DockerError where error.code == .notFound {
            return
        }
    }
}
