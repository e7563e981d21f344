import FleetModel

/// One line about who sees whom.
enum MeshLine {
    /// Of what an app's nodes have said.
    static func text(of report: NodesReport, _ terminal: Terminal) -> String {
        // Of a node that says nothing it is not known whom it sees: that is no split.
        let phases = report.nodes.compactMap { node in
            node.node.map { ($0, node.memory == nil && node.state == .ready ? Replica.Phase.unready : node.state) }
        }
        return text(report.mesh, of: report.app, phases: phases, terminal)
    }

    /// Of what is known of an app; nil where its nodes have said nothing.
    static func text(of status: AppStatus, _ terminal: Terminal) -> String? {
        let phases = status.replicas.compactMap { replica in replica.node.map { ($0, replica.phase) } }
        return status.mesh.map { text($0, of: status.deployment.key.app, phases: phases, terminal) }
    }

    /// `phases` of nodes, of the app that was asked about, tells a split, which is an alarm, from a node that is merely not there yet, or
    /// does not answer. Nodes of other apps of the cluster are among the mesh's only while they are ready.
    private static func text(
        _ mesh: MeshReport, of app: String, phases known: [(String, Replica.Phase)], _ terminal: Terminal
    ) -> String {
        let phases = Dictionary(known) { first, _ in first }
        let nodes = mesh.partitions.joined()
        if nodes.isEmpty { return "mesh: no node is up" }
        if mesh.full {
            return "mesh: \(terminal.styled("full", .good)) (\(nodes.count) of \(nodes.count) nodes agree\(shares(mesh)))"
        }
        let phase = { (node: String) in phases[node] ?? (isOther(node, mesh, app) ? Replica.Phase.ready : nil) }
        let groups = mesh.partitions.filter { $0.contains { phase($0) == .ready } }
        if groups.count > 1 {
            let names = groups.map { "[\($0.map { name($0, mesh, app) }.joined(separator: " "))]" }.joined(separator: " | ")
            return "mesh: \(terminal.styled("SPLIT", .bad)) into \(groups.count): \(names)"
        }
        let absent = nodes.filter { phase($0) != .ready }.sorted()
        let why =
            absent.isEmpty
            ? mesh.blind.prefix(5).map { "\(name($0.node, mesh, app)) does not see \(name($0.misses, mesh, app))" }
            : absent.prefix(5).map { "\(name($0, mesh, app)) is \(phase($0)?.rawValue ?? "unknown")" }
        return "mesh: \(terminal.styled("not full", .careful)): \(why.joined(separator: "; "))"
    }

    /// `: 2 of billing, 3 of shop`, where several apps are one cluster.
    private static func shares(_ mesh: MeshReport) -> String {
        guard let apps = mesh.apps else { return "" }
        let counts = Dictionary(grouping: apps.values) { $0 }.mapValues(\.count)
        return ": " + counts.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key)" }.joined(separator: ", ")
    }

    private static func isOther(_ node: String, _ mesh: MeshReport, _ app: String) -> Bool {
        mesh.apps?[node].map { $0 != app } ?? false
    }

    /// A node of another app with that app, for all nodes of a cluster have the same name before the `@`.
    private static func name(_ node: String, _ mesh: MeshReport, _ app: String) -> String {
        guard isOther(node, mesh, app), let other = mesh.apps?[node] else { return node }
        return "\(node) (\(other))"
    }
}
