// The project's own env.sh, which runs with what is given and may export it anew.
extension ConfigLint {
    /// What generators for other platforms set there.
    private static let identity: Set<String> = [
        "RELEASE_NODE", "RELEASE_DISTRIBUTION", "RELEASE_COOKIE", "DNS_CLUSTER_QUERY",
    ]
    /// Flags of the VM; the platform has no word in them but on the protocol.
    private static let flags: Set<String> = ["ERL_AFLAGS", "ERL_FLAGS", "ERL_ZFLAGS", "ELIXIR_ERL_OPTIONS"]

    func scriptProblems(_ facts: LintFacts) -> [ConfigProblem] {
        facts.script.assignments.filter(\.isExported)
            // `X=…` and then `export X` is one thing
            .filter { $0.value != nil }
            .unique(by: \.name)
            .compactMap(scriptProblem)
    }

    /// Whether what is given wins over what `env.sh` exports under this name, with `release.env_sh: ours`.
    func wins(over name: String) -> Bool {
        given[name] != nil && !LaunchEnvironment.extensible.contains(name) || Self.identity.contains(name)
    }

    private func scriptProblem(_ assignment: ShellScript.Assignment) -> ConfigProblem? {
        let name = assignment.name
        let isUsers = given[name]?.userPlace != nil
        let asksForIPv6 = assignment.value?.contains("-proto_dist") ?? false
        guard isUsers || wins(over: name) || Self.flags.contains(name) && (asksForIPv6 || environmentScript == .theirs) else {
            return nil
        }
        var message = "env.sh:\(assignment.line) exports \(name)"
        if asksForIPv6 { message += " with -proto_dist" }
        var hint = "remove the line from rel/env.sh.eex"
        // A name without a variable in it is the same for all replicas, whose addresses differ.
        let isFixedName =
            name == "RELEASE_NODE" && environmentScript == .theirs && isClustered && assignment.value?.contains("$") == false
        switch environmentScript {
        case .ours where asksForIPv6 && !isUsers:
            message += ": beamctl takes that out, since its addresses are IPv4"
        case .ours:
            message += ": what is given\(given[name].map(place) ?? "") wins over it"
            hint += ", or set release.env_sh: theirs"
        case .theirs:
            message += ": it wins over what is given\(given[name].map(place) ?? "")"
            if isFixedName {
                message += ", and a node by a name of its own is not found by beamctl and its peers, and never ready"
            }
            hint += ", or set release.env_sh: ours"
        }
        return ConfigProblem(
            severity: isFixedName ? .error : .warning, code: .environmentScript, message: message, file: "env.sh",
            line: assignment.line,
            variable: name, hint: hint)
    }
}
