import FleetModel

/// What holds between keys.
enum ManifestRules {
    /// The keys at the top that are short for those of the process `web`.
    static let short = [
        "replicas", "http", "ports", "resources", "command", "autoscale", "identity", "volumes",
    ]

    /// `<app>-<process>-<revision>-<suffix>` must fit into a DNS label of 63 octets; this is what app and process may have
    /// together, with room for revision 99999.
    static let longestAppAndProcess = 50

    static func problem(withPortName name: String) -> String? {
        DNSLabel.problem(with: name, longest: 15).map { "the name \($0)" }
    }
}

extension ManifestChecker {
    /// Checks what holds between keys whose values are all right by themselves.
    ///
    /// - Parameters:
    ///   - values: The values, an environment's laid over the rest.
    ///   - app: The app's name as it comes out, if it is known.
    ///   - part: The environment, if it is about one.
    ///   - environment: The environment's variables.
    mutating func checkRules(
        _ values: [String: ManifestValue], app: String?, part: ManifestPart?, environment: EnvironmentSpec?
    ) {
        if places["app"] == nil, !problems.contains(where: { $0.path.isEmpty }) {
            note(.missing, at: nil, path: "app", "is missing: give the app a name")
        }
        if let app, let part, !part.namesApp { checkName(app, of: part) }
        checkProcesses(values, app: app)
        checkVariables(values, part: part, environment: environment)
        checkRollout(values)
        checkKubernetes(values, part: part)
    }

    mutating func checkName(_ app: String, of part: ManifestPart) {
        guard ManifestEnvironments.problem(withName: part.name) == nil, let problem = DNSLabel.problem(with: app) else { return }
        note(
            .badValue, at: part.key, path: part.path,
            "the app is named \"\(app)\" here, and that \(problem); give it another name with \(part.path).app")
    }

    private mutating func checkRollout(_ values: [String: ManifestValue]) {
        guard !unknown.contains("rollout.max_surge"), !unknown.contains("rollout.max_unavailable") else { return }
        let rollout = RolloutSpec(values.keys("rollout") ?? [:])
        if rollout.maxSurge.isNothing, rollout.maxUnavailable.isNothing {
            note(
                .conflict, at: nil, path: values.keys("rollout")?["max_surge"] == nil ? "rollout" : "rollout.max_surge",
                "max_surge and max_unavailable are both 0: then no replica could ever be replaced")
        }
    }

    private mutating func checkProcesses(_ values: [String: ManifestValue], app: String?) {
        guard let processes = values.keys("processes") else { return }
        for key in ManifestRules.short where values[key] != nil {
            note(
                .conflict, at: nil, path: key,
                "is short for processes.\(AppSpec.plainProcess).\(key), and processes is given: say it there")
        }
        checkPaths(of: processes)
        let room = ManifestRules.longestAppAndProcess - (app?.utf8.count ?? 0)
        for name in processes.keys.sorted() {
            guard let problem = DNSLabel.problem(with: name, longest: room) else { continue }
            note(.badValue, at: nil, path: "processes.\(name)", "the name \(problem)")
        }
    }

    /// A path leads to one process: which of two would get its requests nobody could tell.
    private mutating func checkPaths(of processes: [String: ManifestValue]) {
        var owners: [String: String] = [:]
        for (name, process) in processes.sorted(by: { $0.key < $1.key }) {
            guard case .keys(let keys) = process, let http = keys.keys("http"),
                !unknown.contains("processes.\(name).http.path")
            else { continue }
            let path = http.text("path") ?? "/"
            if let other = owners.updateValue(name, forKey: path) {
                note(
                    .conflict, at: nil, path: "processes.\(name).http",
                    "the path \(path) is that of \(other) already: give one of them another http.path, or take its http away")
            }
        }
    }

    private mutating func checkVariables(_ values: [String: ManifestValue], part: ManifestPart?, environment: EnvironmentSpec?) {
        let cluster = ClusterSpec(values.keys("cluster") ?? [:])
        // What is not known is taken for what allows most.
        let discovery = unknown.contains("cluster.discovery") ? ClusterSpec.Discovery.none : cluster.discovery
        var named = values.texts("env").keys.map { "env.\($0)" } + (values.list("secrets") ?? []).map { "secrets.\($0)" }
        for (name, process) in values.keys("processes") ?? [:] {
            if case .keys(let keys) = process { named += keys.texts("env").keys.map { "processes.\(name).env.\($0)" } }
        }
        if let part, let environment {
            named += environment.env.keys.map { "\(part.path).env.\($0)" }
            for (name, variables) in environment.processes {
                named += variables.keys.map { "\(part.path).processes.\(name).env.\($0)" }
            }
        }
        for path in named.sorted() {
            let name = path.split(separator: ".").last.map(String.init) ?? ""
            guard let problem = ReservedVariables.problem(with: name, discovery: discovery) else { continue }
            note(.reserved, at: nil, path: path, problem)
        }
    }
}

extension RolloutSpec.Amount {
    fileprivate var isNothing: Bool { self == .count(0) || self == .percent(0) }
}
