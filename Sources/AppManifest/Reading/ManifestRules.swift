import FleetModel

/// What holds between keys.
enum ManifestRules {
    /// The keys at the top that are short for those of the process `web`.
    static let short = ["replicas", "http", "ports"]

    /// `<app>-<process>-<revision>-<suffix>` must fit into a DNS label of 63 octets; this is what app and process may have
    /// together, with room for revision 99999.
    static let longestAppAndProcess = 50

    static func problem(withPortName name: String) -> String? {
        DNSLabel.problem(with: name, longest: 15).map { "the name \($0)" }
    }
}

extension ManifestChecker {
    /// Checks what holds between keys whose values are all right by themselves.
    mutating func checkRules(_ values: [String: ManifestValue]) {
        if values["app"] == nil, !problems.contains(where: { $0.path == "app" || $0.path.isEmpty }) {
            note(.missing, at: nil, path: "app", "is missing: give the app a name")
        }
        checkProcesses(values)
        checkEnvironment(values)
        let rollout = RolloutSpec(values.keys("rollout") ?? [:])
        if rollout.maxSurge.isNothing, rollout.maxUnavailable.isNothing {
            note(
                .conflict, at: nil, path: values.keys("rollout")?["max_surge"] == nil ? "rollout" : "rollout.max_surge",
                "max_surge and max_unavailable are both 0: then no replica could ever be replaced")
        }
    }

    private mutating func checkProcesses(_ values: [String: ManifestValue]) {
        guard let processes = values.keys("processes") else { return }
        for key in ManifestRules.short where values[key] != nil {
            note(
                .conflict, at: nil, path: key,
                "is short for processes.\(AppSpec.plainProcess).\(key), and processes is given: say it there")
        }
        let room = ManifestRules.longestAppAndProcess - (values.text("app")?.utf8.count ?? 0)
        for name in processes.keys.sorted() {
            guard let problem = DNSLabel.problem(with: name, longest: room) else { continue }
            note(.badValue, at: nil, path: "processes.\(name)", "the name \(problem)")
        }
    }

    private mutating func checkEnvironment(_ values: [String: ManifestValue]) {
        let discovery = ClusterSpec(values.keys("cluster") ?? [:]).discovery
        var environments = [("env", values.texts("env"))]
        for (name, process) in values.keys("processes") ?? [:] {
            if case .keys(let keys) = process { environments.append(("processes.\(name).env", keys.texts("env"))) }
        }
        for (path, variables) in environments {
            for name in variables.keys.sorted() {
                guard let problem = ReservedVariables.problem(with: name, discovery: discovery) else { continue }
                note(.reserved, at: nil, path: "\(path).\(name)", problem)
            }
        }
    }
}

extension RolloutSpec.Amount {
    fileprivate var isNothing: Bool { self == .count(0) || self == .percent(0) }
}
