import HTTPTransport

extension DockerEngine {
    /// A network, as its Engine sees it.
    public struct NetworkFacts: Decodable, Hashable, Sendable {
        /// Its id.
        public var id: String
        /// Its addresses.
        public var addresses: Addresses
        /// Its labels.
        public var labels: [String: String]?

        /// How addresses are given out.
        public struct Addresses: Decodable, Hashable, Sendable {
            /// The ranges.
            public var ranges: [Range]?

            enum CodingKeys: String, CodingKey {
                case ranges = "Config"
            }
        }

        /// A range of addresses.
        public struct Range: Decodable, Hashable, Sendable {
            /// `172.30.88.0/24`.
            public var subnet: String?
            /// The address of the host in it.
            public var gateway: String?

            enum CodingKeys: String, CodingKey {
                case subnet = "Subnet"
                case gateway = "Gateway"
            }
        }

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case addresses = "IPAM"
            case labels = "Labels"
        }
    }

    private struct NetworkRequest: Encodable {
        struct Addresses: Encodable {
            struct Range: Encodable {
                var Subnet: String
                var Gateway: String
            }

            var Config: [Range]
        }

        var Name: String
        var Driver = "bridge"
        var CheckDuplicate = true
        var IPAM: Addresses
        var Labels: [String: String]
    }

    /// A network by name. Throws ``DockerError`` `.notFound`.
    public func network(_ name: String) async throws -> NetworkFacts {
        try await ask(try call("GET", "/networks/\(PercentEncoding.encoded(name))"), "network \(name)")
    }

    /// Makes a bridge of its own. Throws ``DockerError``, `.refused` when the range overlaps another.
    public func createNetwork(_ name: String, subnet: String, gateway: String, labels: [String: String]) async throws {
        let request = NetworkRequest(
            Name: name, IPAM: .init(Config: [.init(Subnet: subnet, Gateway: gateway)]), Labels: labels)
        try await send(try call("POST", "/networks/create", body: request), "network \(name)")
    }

    /// Removes a network. Nothing happens when there is none.
    public func remove(network: String) async throws {
        do {
            try await send(try call("DELETE", "/networks/\(PercentEncoding.encoded(network))"), "remove network \(network)")
        } catch let error as DockerError where error.code == .notFound {}
    }
}
