import BeamRelease
import Deploying
import FleetModel

/// What `config` and `deploy` say of a configuration.
struct ConfigView {
    private let check: ConfigCheck
    private let tried: ConfigSubject.Tried
    private let process: String
    private let findings: ConfigFindings

    init(_ check: ConfigCheck, _ tried: ConfigSubject.Tried, process: String) {
        self.check = check
        self.tried = tried
        self.process = process
        findings = check.findings(tried.reads)
    }

    /// `12 variables given, 0 missing`: those that the user gives.
    var summary: String {
        let given = check.spec.processes.keys.map(check.given)
        let users = findings.variables.count { finding in
            guard finding.state == .given || finding.state == .unread else { return false }
            return given.contains { if case .user? = $0[finding.name]?.source { true } else { false } }
        }
        let secrets = Set(findings.problems.filter { $0.code == .secretMissing }.compactMap(\.variable))
        let missing = secrets.union(findings.variables.filter { $0.state == .missing }.map(\.name)).count
        return "\(users) \(users == 1 ? "variable" : "variables") given, \(missing) missing"
            + (tried.untried.map { "; not tried: \($0)" } ?? "")
    }

    /// Whether the release needs a variable that nobody gives.
    func lacks(_ name: String) -> Bool {
        findings.variables.contains { $0.name == name && $0.state == .missing }
            || findings.problems.contains { $0.code == .secretMissing && $0.variable == name }
    }

    /// Warnings, a line each, with what to do about them.
    var warnings: [String] {
        findings.problems.filter { $0.severity == .warning }.map { Self.line($0) + (hint($0).map { "; \($0)" } ?? "") }
    }

    /// Why nothing can be deployed, or nil.
    var failure: CommandFailure? {
        let errors = findings.problems.filter { $0.severity == .error }
        if let failure = tried.failure {
            // What is only likely to be wrong may be why.
            let likely = findings.problems.filter { Self.explaining.contains($0.code) && $0.severity == .warning }
            let named = errors.filter { Self.naming.contains($0.code) }.compactMap(\.variable)
            return CommandFailure(
                failure, likely: named.isEmpty ? suspects(failure) : named, more: (errors + likely).map(Self.line))
        }
        if !errors.isEmpty {
            return CommandFailure(
                "config", errors.count == 1 ? errors[0].message : "the configuration has \(errors.count) errors",
                hint: errors.lazy.compactMap(hint).first ?? Self.hint(check),
                details: errors.count == 1 ? [] : errors.map(Self.line))
        }
        return tried.problem
    }

    private static let explaining: Set<ConfigProblem.Code> = [
        .variableMissing, .placeholdersStay, .nativeBreak, .nativeChange, .variableEmpty,
    ]

    /// Of a boot that fails, what these say is why.
    private static let naming: Set<ConfigProblem.Code> = [.variableMissing, .notAnInteger, .notAPort]

    /// What stands where the VM did not take sys.config; or secrets that are turned into integers, for of every other variable the value
    /// was looked at.
    private func suspects(_ failure: ConfigFailure) -> [String] {
        if let line = failure.line, let file = failure.file, file == Substitution.File.systemConfig.rawValue {
            return findings.variables.filter { finding in
                finding.reads.contains { $0.kind == .placeholder && $0.file.hasPrefix(file) && $0.line == line }
            }.map(\.name)
        }
        guard failure.exception == "ArgumentError" else { return [] }
        let given = check.given(process)
        return findings.variables.filter { finding in
            finding.reads.contains(where: \.isInteger) && given[finding.name].map { $0.value == nil } ?? false
        }.map(\.name)
    }

    /// What mends a problem; where a command does, that.
    private func hint(_ problem: ConfigProblem) -> String? {
        guard problem.code == .secretMissing, let name = problem.variable else { return problem.hint }
        return "beamctl secrets set \(check.spec.app) \(name)"
    }

    private static func hint(_ check: ConfigCheck) -> String { "beamctl config shows every variable that the release reads" }

    private static func line(_ problem: ConfigProblem) -> String {
        "\(problem.severity.rawValue): \(problem.message)"
    }

    // MARK: For people

    func lines(_ terminal: Terminal) -> [String] {
        let given = check.effective(process, tried.reads)
        var table = TextTable("VARIABLE", "STATE", "SOURCE", "VALUE", "READ BY")
        for finding in findings.variables {
            table.add([
                finding.name, finding.state.rawValue, given[finding.name]?.source ?? "-", value(finding, given),
                reads(finding),
            ])
        }
        var lines =
            findings.variables.isEmpty ? ["the release reads no variables"] : table.lines(style: Self.style(findings, terminal))
        lines += findings.problems.map { problem in
            let line = terminal.styled(Self.line(problem), problem.severity == .error ? .bad : .careful)
            return line + (hint(problem).map { "\n  try: \($0)" } ?? "")
        }
        lines += tried.untried.map { ["not tried: \($0)"] } ?? []
        return lines
    }

    private static func style(
        _ findings: ConfigFindings, _ terminal: Terminal
    ) -> (_ text: String, _ row: Int, _ column: Int) -> String {
        { text, row, column in
            guard column == 1 else { return text }
            switch findings.variables[row].state {
            case .missing, .incomplete: return terminal.styled(text, .bad)
            case .unread: return terminal.styled(text, .careful)
            case .given, .defaulted, .optional: return text
            }
        }
    }

    private func value(_ finding: VariableFinding, _ given: [String: EffectiveVariable]) -> String {
        guard let variable = given[finding.name] else {
            let standard = finding.reads.lazy.compactMap(\.defaultText).first
            return standard.map { "default \(TextTable.oneLine($0, longest: 30))" } ?? "-"
        }
        return variable.text.map { TextTable.oneLine($0, longest: 40) }
            ?? (variable.value == .secret ? Redactor.mark : "as env.sh makes it")
    }

    private func reads(_ finding: VariableFinding) -> String {
        guard let first = finding.reads.first else {
            // Without the release's own answer nobody knows what its code reads.
            guard tried.reads != nil || finding.state == .unread || check.release.tool != .mix else { return "not known" }
            return "nothing" + (finding.suggestion.map { ": \($0) was meant?" } ?? "")
        }
        let more = finding.reads.count > 1 ? " and \(finding.reads.count - 1) more" : ""
        return "\(first.file):\(first.line)\(more)" + (finding.suggestion.map { "; given is \($0)" } ?? "")
    }

    // MARK: For programs

    /// The shape of `config --json`.
    struct Report: Encodable {
        struct Variable: Encodable {
            let name: String
            let state: String
            let source: String?
            let secret: Bool
            let value: String?
            let reads: [Read]
            let suggestion: String?
        }

        struct Read: Encodable {
            let file: String
            let line: Int
            let column: Int?
            let kind: String
            let certain: Bool
            let `default`: String?
        }

        struct Problem: Encodable {
            let severity: String
            let code: String
            let message: String
            let file: String?
            let line: Int?
            let variable: String?
            let hint: String?
        }

        let app: String
        let process: String
        /// nil when that was not tried.
        let boots: Bool?
        /// Why it was not.
        let untried: String?
        let variables: [Variable]
        let problems: [Problem]
    }

    var report: Report {
        let given = check.effective(process, tried.reads)
        var problems = findings.problems.map { problem in
            Report.Problem(
                severity: problem.severity.rawValue, code: "\(problem.code)", message: problem.message, file: problem.file,
                line: problem.line, variable: problem.variable, hint: hint(problem))
        }
        if let failure = tried.failure {
            problems.insert(
                Report.Problem(
                    severity: "error", code: "does-not-boot", message: failure.description, file: failure.file,
                    line: failure.line, variable: failure.variables.first, hint: nil), at: 0)
        } else if let problem = tried.problem, !problems.contains(where: { $0.severity == "error" }) {
            // An error that is told already is why.
            problems.insert(
                Report.Problem(
                    severity: "error", code: "cannot-be-tried", message: problem.message, file: nil, line: nil, variable: nil,
                    hint: problem.hint),
                at: 0)
        }
        return Report(
            app: check.spec.app, process: process,
            boots: tried.untried == nil && tried.problem == nil ? tried.failure == nil : nil, untried: tried.untried,
            variables: findings.variables.map { finding in
                let variable = given[finding.name]
                return Report.Variable(
                    name: finding.name, state: finding.state.rawValue,
                    source: variable?.source, secret: variable?.value == .secret,
                    value: variable?.text, reads: finding.reads.map(Self.read), suggestion: finding.suggestion)
            }, problems: problems)
    }

    private static func read(_ read: VariableRead) -> Report.Read {
        Report.Read(
            file: read.file, line: read.line, column: read.column, kind: read.kind.rawValue, certain: read.isCertain,
            default: read.defaultText)
    }
}
