import FleetModel

/// Reads a manifest's tree: once as it stands, and once more for each environment, laid over the rest. Every pass tells what is
/// wrong, so that a mistake in production is seen when staging is deployed; only the pass that is asked for gives the app.
struct ManifestReader {
    let root: ManifestNode?
    /// The environment that is asked for; nil for none.
    let chosen: String?
    /// What `${env:NAME}` stands for. References in environments that are not asked for are not looked up.
    let variables: [String: String]

    /// What the manifest says.
    ///
    /// Throws ``ManifestError`` with every problem.
    func read(file: String) throws(ManifestError) -> ManifestReading {
        let environments = ManifestEnvironments(of: root)
        let base = pass(nil, references: chosen == nil ? .looked(in: variables) : .skipped)
        var found = ManifestFindings(base, isChosen: chosen == nil)
        var reading = base.reading
        for name in environments.names {
            guard let part = environments.part(name) else { continue }
            let pass = pass(part, references: name == chosen ? .looked(in: variables) : .skipped)
            found.add(pass, of: name)
            if name == chosen { reading = pass.reading }
        }
        if let chosen, environments.part(chosen) == nil { found.problems.append(environments.unknown(chosen)) }
        guard found.problems.isEmpty else {
            throw ManifestError(file: file, problems: Array(found.inOrder.prefix(ManifestError.mostProblems)))
        }
        return reading
    }

    /// One way to read the manifest, and what is wrong with it.
    struct Pass {
        /// What single values are.
        var shapes: [ManifestProblem]
        /// What does not go together.
        var rules: [ManifestProblem]
        var reading: ManifestReading
    }

    private func pass(_ part: ManifestPart?, references: ManifestChecker.References) -> Pass {
        let isMerged = part.map { !$0.node.isNothing } ?? false
        var checker = ManifestChecker(
            references: references,
            refusesEnvironments: isMerged ? "an environment cannot hold environments of its own" : nil)
        let tree = root.map { root in part?.merged(into: root) ?? root }
        let values = checker.check(tree)
        var environment: EnvironmentSpec?
        if let part { environment = checker.checkVariables(of: part) }
        let shapes = checker.problems
        let app = values.text("app").map { part?.app($0) ?? $0 }
        checker.checkRules(values, app: app, part: part, environment: environment)
        var spec = AppSpec(values, environment: environment)
        spec.app = app ?? ""
        return Pass(
            shapes: shapes, rules: Array(checker.problems.dropFirst(shapes.count)),
            reading: ManifestReading(spec: spec, lines: checker.places.mapValues(\.line)))
    }
}

extension ManifestChecker {
    /// The variables of an environment, which are a layer of their own.
    fileprivate mutating func checkVariables(of part: ManifestPart) -> EnvironmentSpec {
        var spec = EnvironmentSpec(name: part.name)
        for (path, process, node) in part.variables {
            guard case .texts(let variables)? = environment(node, path: path) else { continue }
            if let process { spec.processes[process] = variables } else { spec.env = variables }
        }
        return spec
    }
}
