/// How each variable stands.
struct VariableVerdicts {
    private let lint: ConfigLint
    private let facts: LintFacts
    /// What `env.sh` sets for everything that comes after it.
    private let exported: Set<String>

    init(_ lint: ConfigLint, _ facts: LintFacts) {
        self.lint = lint
        self.facts = facts
        exported = facts.script.exported
    }

    /// For how many names the nearest one is looked for; who has more to correct is not helped by that.
    private static let mostSuggestions = 50

    /// The findings, by name.
    var findings: [VariableFinding] {
        let read = facts.reads.map { name, reads in
            VariableFinding(name: name, state: state(name, reads), reads: reads, suggestion: nil)
        }
        let unused = lint.given.filter { facts.reads[$0.key] == nil && $0.value.userPlace != nil }.map(\.key)
        let unread = unused.filter(isUnknown).sorted()
        let wanted = read.filter { $0.state != .given }.sorted { Self.rank($0) < Self.rank($1) }.map(\.name)
        let all = wanted + read.filter { $0.state == .given }.map(\.name).sorted()
        let missing = read.filter { $0.state == .missing }.map(\.name).sorted().prefix(Self.mostSuggestions)
        let suggestions = Dictionary(uniqueKeysWithValues: missing.map { ($0, NearestName.of($0, among: unread)) })
        var findings = read.map { finding in
            var finding = finding
            finding.suggestion = suggestions[finding.name] ?? nil
            return finding
        }
        let helped = Set(unread.prefix(Self.mostSuggestions))
        for name in unused {
            let isCandidate = isUnknown(name)
            let suggestion =
                helped.contains(name) ? NearestName.of(name, among: wanted) ?? NearestName.of(name, among: all) : nil
            // Where something may read what cannot be seen, only a name that looks like a slip is called unread.
            let isUnread = isCandidate && (isAllSeen || suggestion.map(wanted.contains) ?? false)
            findings.append(
                VariableFinding(
                    name: name, state: isUnread ? .unread : .given, reads: [], suggestion: isUnread ? suggestion : nil))
        }
        return findings.sorted { $0.name < $1.name }
    }

    /// What is missing first, then what has a default.
    private static func rank(_ finding: VariableFinding) -> (Int, String) {
        switch finding.state {
        case .missing: (0, finding.name)
        case .defaulted: (1, finding.name)
        default: (2, finding.name)
        }
    }

    private func isUnknown(_ name: String) -> Bool {
        !LintNames.isWellKnown(name) && lint.runtimeReads?.namesInCode[name] == nil
    }

    /// Whether everything that reads variables has been looked at. Without the release's own answer its code has not.
    private var isAllSeen: Bool { lint.runtimeReads?.isComplete ?? false }

    private func state(_ name: String, _ reads: [VariableRead]) -> VariableFinding.State {
        if lint.given[name] != nil || LintNames.alwaysThere.contains(name) { return .given }
        let needing = reads.filter { $0.isDemanding && !isSetByScript(name, $0) }
        if !needing.isEmpty { return .missing }
        if exported.contains(name), reads.allSatisfy({ isSetByScript(name, $0) }) { return .given }
        return reads.contains { $0.defaultText != nil } ? .defaulted : .optional
    }

    /// `env.sh` runs before the VM, but after placeholders are replaced.
    private func isSetByScript(_ name: String, _ read: VariableRead) -> Bool {
        exported.contains(name) && read.kind != .placeholder && read.kind != .shell
    }
}

extension VariableFinding {
    /// The places because of which it is missing: those that each boot comes by, first.
    var demands: [VariableRead] { reads.filter(\.isDemanding).sorted { $0.isCertain && !$1.isCertain } }
}
