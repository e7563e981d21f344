import FleetModel

/// Gives out addresses and ports: the lowest place that no replica has and no stranger listens on.
struct SlotAllocator: Sendable {
    let network: any ReplicaNetwork
    /// Whether nothing listens on any of these ports of the address.
    let isFree: @Sendable (_ address: String, _ ports: [Int]) -> Bool

    /// So many slots beside those in use. Throws `no_room`.
    func allocate(_ count: Int, inUse: Set<Replica.Slot>) throws -> [Replica.Slot] {
        let taken = Set(inUse.map(\.address))
        var found: [Replica.Slot] = []
        for index in 0..<network.room where found.count < count {
            let (address, port) = network.place(index)
            guard !taken.contains(address), isFree(address, [port, Distribution.port]) else { continue }
            found.append(Replica.Slot(address: address, port: port))
        }
        guard found.count == count else {
            throw PlatformError(
                .noRoom, "no address is left: the network \(network) has room for \(network.room) replicas",
                hint: network.advice)
        }
        return found
    }
}

/// What is the same for every node of the local platform.
enum Distribution {
    /// The distribution port of every node, as in a container or a pod.
    static let port = 4370
}
