import FleetModel

/// One line about who sees whom.
enum MeshLine {
    /// `phases` by node tells a split, which is an alarm, from a node that is merely not there yet, or does not answer.
    static func text(_ mesh: MeshReport, phases: [String: Replica.Phase], _ terminal: Terminal) -> String {
        let nodes = mesh.partitions.joined()
        if nodes.isEmpty { return "mesh: no node is up" }
        if mesh.full { return "mesh: \(terminal.styled("full", .good)) (\(nodes.count) of \(nodes.count) nodes agree)" }
        let groups = mesh.partitions.filter { $0.contains { phases[$0] == .ready } }
        if groups.count > 1 {
            let names = groups.map { "[\($0.joined(separator: " "))]" }.joined(separator: " | ")
            return "mesh: \(terminal.styled("SPLIT", .bad)) into \(groups.count): \(names)"
        }
        let absent = nodes.filter { phases[$0] != .ready }.sorted()
        let why =
            absent.isEmpty
            ? mesh.blind.prefix(5).map { "\($0.node) does not see \($0.misses)" }
            : absent.prefix(5).map { "\($0) is \(phases[$0]?.rawValue ?? "unknown")" }
        return "mesh: \(terminal.styled("not full", .careful)): \(why.joined(separator: "; "))"
    }
}
