public import FleetModel

extension MeshReport {
    /// Judges a mesh by what each node sees.
    ///
    /// Two nodes are joined when each sees the other; a partition is a group in which everybody is reached from everybody
    /// over such joins. A node that could not be asked agrees with nobody: it is a partition of its own, and no mesh with it
    /// is full. Nodes that are seen but do not belong here do not count.
    ///
    /// - Parameters:
    ///   - reports: what the nodes that answered said.
    ///   - silent: the Erlang names of nodes that belong to the mesh and did not answer.
    public init(judging reports: [NodeReport], silent: [String] = []) {
        let views = Dictionary(reports.map { ($0.node, Set($0.peers)) }) { first, _ in first }
        let nodes = Set(views.keys).union(silent).sorted()
        let blind = reports.map(\.node).uniqueSorted().flatMap { node in
            nodes.filter { $0 != node && views[node]?.contains($0) != true }.map { Blindness(node: node, misses: $0) }
        }
        let isWhole = nodes.allSatisfy { views[$0] != nil }
        self.init(full: isWhole && blind.isEmpty, partitions: Self.partitions(of: nodes, views), blind: blind)
    }

    /// Convenience for the results of ``NodeProbe/reports(from:timeout:)``: failures count as silent nodes.
    public init(judging results: [Result<NodeReport, HealthError>]) {
        var (reports, silent): ([NodeReport], [String]) = ([], [])
        for result in results {
            switch result {
            case .success(let report): reports.append(report)
            case .failure(let error): silent.append(error.node)
            }
        }
        self.init(judging: reports, silent: silent)
    }

    private static func partitions(of nodes: [String], _ views: [String: Set<String>]) -> [[String]] {
        var left = Set(nodes)
        var partitions: [[String]] = []
        for start in nodes where left.remove(start) != nil {
            var (group, frontier) = ([start], [start])
            while let node = frontier.popLast() {
                let joined = left.filter { views[node]?.contains($0) == true && views[$0]?.contains(node) == true }
                left.subtract(joined)
                group += joined
                frontier += joined
            }
            partitions.append(group.sorted())
        }
        return partitions.sorted { ($1.count, $0.first ?? "") < ($0.count, $1.first ?? "") }
    }
}

extension [String] {
    fileprivate func uniqueSorted() -> [String] { Set(self).sorted() }
}
