// Variables that are missing, or for nothing.
extension ConfigLint {
    func missingProblems(_ variables: [VariableFinding], _ facts: LintFacts) -> [ConfigProblem] {
        let secrets = missingSecrets.sorted().map { name in
            let place = facts.reads[name]?.first.map { " (read at \($0.place))" } ?? ""
            return ConfigProblem(
                severity: .error, code: .secretMissing,
                message:
                    "the secret \(name)\(madeOfSecrets[name].map { ", which \($0) is made of, " } ?? " is declared and ")has no value"
                    + place,
                variable: name, hint: "set the secret \(name), then try again")
        }
        return secrets
            + variables.filter { $0.state == .missing && !missingSecrets.contains($0.name) }.compactMap(missing)
    }

    private func missing(_ finding: VariableFinding) -> ConfigProblem? {
        guard let read = finding.demands.first else { return nil }
        let verb = read.isCertain ? "needs" : "may need"
        let nearby = finding.suggestion.map { "; did \($0) mean this one?" } ?? ""
        return ConfigProblem(
            severity: read.isCertain ? .error : .warning, code: .variableMissing,
            message: "\(read.place) \(verb) \(finding.name), which is not given\(nearby)",
            file: read.file, line: read.line, variable: finding.name,
            hint: hint(finding, read))
    }

    private func hint(_ finding: VariableFinding, _ read: VariableRead) -> String {
        if let name = finding.suggestion { return "give it as \(finding.name) instead of \(name)" }
        if read.kind == .placeholder {
            return "give \(finding.name) in env or as a secret, or write a default: ${\(finding.name):-value}"
        }
        return "give \(finding.name) in env or as a secret"
    }

    func unreadProblems(_ variables: [VariableFinding]) -> [ConfigProblem] {
        variables.filter { $0.state == .unread }
            .map { finding in
                let place = given[finding.name]?.userPlace ?? ""
                return ConfigProblem(
                    severity: .warning, code: .variableUnread,
                    message: "\(finding.name) is given\(place.isEmpty ? "" : " (\(place))"), and nothing in the release reads it",
                    variable: finding.name,
                    hint: finding.suggestion.map { "did you mean \($0)?" } ?? "remove it if nothing else needs it")
            }
    }
}
