import FleetModel

/// The nodes of an app for people.
struct NodesView {
    let lines: [String]

    init(_ report: NodesReport, _ terminal: Terminal) {
        var table = TextTable("NODE", "REPLICA", "STATE", "UP", "MEM", "PROCS", "RUNQ", "SCHED", "ATOMS", "PEERS")
        let members = Set(report.mesh.partitions.joined())
        for node in report.nodes { table.add(Self.row(node, members)) }
        let rows = table.lines { text, row, column in
            column == 2 ? terminal.styled(text, PhaseStyle.of(report.nodes[row].state)) : text
        }
        let problems = report.nodes.compactMap { node in node.problem.map { "\(node.replica): \($0)" } }
        lines = rows + problems + [MeshLine.text(of: report, terminal)]
    }

    private static func row(_ node: NodeStatus, _ members: Set<String>) -> [String] {
        let expected = node.node.map { members.subtracting([$0]) } ?? members
        let atoms = node.atoms.map { Quantity.percent(Double($0.count) / Double(max(1, $0.limit))) }
        return [
            node.node ?? "-", node.replica, node.state.rawValue, node.uptimeSeconds.map { Quantity.age(seconds: $0) } ?? "-",
            node.memory?["total"].map(Quantity.bytes) ?? "-", node.processes.map { "\($0.count)/\($0.limit)" } ?? "-",
            node.runQueue.map(String.init) ?? "-", node.schedulerUtilization.map(Quantity.percent) ?? "-", atoms ?? "-",
            node.peers.map { "\(expected.intersection($0).count)/\(expected.count)" } ?? "-",
        ]
    }
}
