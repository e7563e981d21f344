import FleetModel

/// A report of a healthy node, of which a test only says what matters to it.
func report(
    _ node: String, peers: [String] = [], applications: [String] = ["kernel", "stdlib"], isBooted: Bool = true
) -> NodeReport {
    NodeReport(
        node: node, otp: "25", uptimeSeconds: 1, memory: ["total": 1], processes: .init(count: 1, limit: 2),
        atoms: .init(count: 1, limit: 2), ports: .init(count: 1, limit: 2), runQueue: 0, schedulerUtilization: nil,
        peers: peers, applications: applications, isBooted: isBooted)
}

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
