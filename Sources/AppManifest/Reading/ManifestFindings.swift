/// Gathers what several passes over one manifest found, each thing once.
struct ManifestFindings {
    /// What is wrong, so far.
    var problems: [ManifestProblem]
    private let shapes: Set<ManifestProblem>
    private let rules: Set<ManifestProblem>

    init(_ base: ManifestReader.Pass, isChosen: Bool) {
        problems = base.shapes + (isChosen ? base.rules : [])
        shapes = Set(base.shapes)
        rules = Set(base.rules)
    }

    /// Takes over what one environment adds. What goes wrong outside its own keys, and only with it, says so.
    mutating func add(_ pass: ManifestReader.Pass, of name: String) {
        problems += pass.shapes.filter { !shapes.contains($0) }
        for var problem in pass.rules where !shapes.contains(problem) {
            if !rules.contains(problem), !problem.path.hasPrefix("environments.\(name)") {
                problem.message += " (in the environment \(name))"
            }
            problems.append(problem)
        }
    }

    /// By place, each once.
    var inOrder: [ManifestProblem] {
        var seen: Set<ManifestProblem> = []
        return problems.filter { seen.insert($0).inserted }.sorted {
            ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0)
        }
    }
}
