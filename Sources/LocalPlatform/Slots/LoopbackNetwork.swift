/// The part of 127/8 from which replicas get their addresses (`BEAMCTL_NETWORK`), and what stands where in it.
///
/// Every replica needs an IP address of its own, since all of them use the same distribution port. Linux answers on all of
/// 127/8 without any set-up.
public struct LoopbackNetwork: Hashable, Sendable, CustomStringConvertible {
    private let block: AddressBlock

    /// What is used where nothing is said.
    public static let standard = "127.88.0.0/16"
    /// The first address that a replica gets, counted from the network's own.
    static let firstReplica = 11
    /// The ports that `PORT` may name.
    static let ports = 20_000...29_999

    /// Reads `a.b.c.d/bits`, within 127/8, between /8 and /28. Throws ``LocalPlatformError``.
    public init(_ text: String) throws {
        guard let block = AddressBlock(text) else { throw Self.refusal(text, "it is not of the form a.b.c.d/bits") }
        guard (8...28).contains(block.bits) else { throw Self.refusal(text, "its size is not between /8 and /28") }
        guard block.base >> 24 == 127 else { throw Self.refusal(text, "it is not within 127.0.0.0/8") }
        self.block = block
    }

    private static func refusal(_ text: String, _ why: String) -> LocalPlatformError {
        LocalPlatformError("BEAMCTL_NETWORK is '\(text)': \(why)", hint: "export BEAMCTL_NETWORK=\(standard)")
    }

    /// `a.b.c.d/bits`.
    public var description: String { block.description }

    /// The address that the first replica gets.
    public var firstAddress: String { place(0).address }

    /// Where the name server listens.
    public var nameServer: String { block.address(at: 1) }

    /// How many replicas can live in it.
    var room: Int { min(block.size - Self.firstReplica - 1, Self.ports.count) }

    /// The address and port of a place, counted from 0.
    func place(_ index: Int) -> (address: String, port: Int) {
        (block.address(at: Self.firstReplica + index), Self.ports.lowerBound + (stretch + index) % Self.ports.count)
    }

    /// The ports of 127.0.0.1 at which the entrance takes HTTP and HTTPS: names below localhost lead there, whatever the network.
    var entrancePorts: (http: Int, https: Int) {
        stretch == 0 ? (EntranceSettings.port, EntranceSettings.httpsPort) : (18_000 + stretch / 10, 19_000 + stretch / 10)
    }

    /// How far from the first port the ports of this network begin. Apps that listen on all addresses would meet on them otherwise.
    /// The numbers keep networks that differ in their second or in their third octet alone at least 37 ports apart.
    private var stretch: Int { Int((block.base &- Self.standardBase) >> 8 & 0xffff) * 455 % 9973 }
    private static let standardBase: UInt32 = 127 << 24 | 88 << 16
}

extension LoopbackNetwork: ReplicaNetwork {
    var advice: String { "export BEAMCTL_NETWORK=<a larger network within 127.0.0.0/8>" }
}
