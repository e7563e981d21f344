/// The addresses of a Docker network of our own: the machine's own first, then those of replicas, then a quarter that the Engine gives
/// out to containers in which something is tried.
struct BridgeNetwork: Hashable, Sendable, CustomStringConvertible {
    let block: AddressBlock

    /// The first address that a replica gets, counted from the block's own.
    private static let firstReplica = 11

    /// Reads `a.b.c.d/bits`, between /8 and /26, of private addresses (RFC 1918). Throws ``LocalPlatformError``.
    init(_ text: String) throws {
        guard let block = AddressBlock(text) else { throw Self.refusal(text, "it is not of the form a.b.c.d/bits") }
        guard (8...26).contains(block.bits) else { throw Self.refusal(text, "its size is not between /8 and /26") }
        guard Self.privates.contains(where: { $0.bits <= block.bits && $0.meets(block) }) else {
            throw Self.refusal(text, "it is not within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")
        }
        self.block = block
    }

    private static let privates = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].compactMap { AddressBlock($0) }

    private static func refusal(_ text: String, _ why: String) -> LocalPlatformError {
        LocalPlatformError(
            "BEAMCTL_DOCKER_NETWORK is '\(text)': \(why)", hint: "export BEAMCTL_DOCKER_NETWORK=10.127.0.0/24")
    }

    var description: String { block.description }

    /// The machine's own address, on which the name server listens.
    var gateway: String { block.address(at: 1) }

    /// The first address that a replica gets.
    var firstAddress: String { block.address(at: Self.firstReplica) }

    /// The addresses that the Engine gives out by itself.
    var range: String { "\(block.address(at: block.size / 4 * 3))/\(block.bits + 2)" }

    /// The network for replicas that listen on one port, each at an address of its own.
    func replicas(port: Int) -> any ReplicaNetwork { Replicas(network: self, port: port) }

    private struct Replicas: ReplicaNetwork {
        let network: BridgeNetwork
        let port: Int

        var room: Int { network.block.size / 4 * 3 - firstReplica }
        var advice: String { "beamctl stop --all, then export BEAMCTL_DOCKER_NETWORK=<a larger network>" }
        var description: String { network.description }

        func place(_ index: Int) -> (address: String, port: Int) {
            (network.block.address(at: firstReplica + index), port)
        }
    }

    /// What is tried in turn where nobody names one: /24 blocks of 10.127.0.0/16, which one first depends on whose network it is.
    static func candidates(for id: String) -> [BridgeNetwork] {
        let first = id.utf8.reduce(UInt32(0)) { $0 &* 31 &+ UInt32($1) }
        return (0..<64).map { BridgeNetwork(AddressBlock(10 << 24 | 127 << 16 | ((first &+ $0) & 0xFF) << 8, bits: 24)) }
    }

    private init(_ block: AddressBlock) { self.block = block }
}
