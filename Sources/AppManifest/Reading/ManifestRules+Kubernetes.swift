import FleetModel

extension ManifestChecker {
    /// Keys at the top that only Kubernetes reads.
    static let onlyKubernetes = ["context", "namespace", "secrets_from", "kubernetes"]

    /// Paths in a pod that are not the user's to mount something at.
    private static let takenPaths = ["/app", "/beamctl", "/run/beamctl", "/tmp", "/proc", "/sys", "/dev", "/etc", "/var/run"]
    /// Names of volumes that every pod has.
    private static let takenVolumes = ["state", "scratch", "cookie"]
    private static let longestVolumeName = 30

    /// Checks what holds between keys that are for Kubernetes.
    mutating func checkKubernetes(_ values: [String: ManifestValue], part: ManifestPart?) {
        checkLocality(part)
        if let processes = values.keys("processes") {
            for (name, process) in processes.sorted(by: { $0.key < $1.key }) {
                if case .keys(let keys) = process { checkPlaces(keys, below: "processes.\(name).") }
            }
        } else {
            checkPlaces(values, below: "")
        }
        for (index, toleration) in (values.keys("kubernetes") ?? [:]).each("tolerations").enumerated() {
            check(toleration, path: "kubernetes.tolerations[\(index)]")
        }
        if let domain = values.keys("kubernetes")?.text("cluster_domain"), let problem = HostName.problem(with: domain) {
            note(.badValue, at: nil, path: "kubernetes.cluster_domain", "\"\(domain)\" \(problem)")
        }
        if let namespace = values.text("namespace"), let problem = DNSLabel.problem(with: namespace, longest: 63) {
            note(.badValue, at: nil, path: "namespace", "\"\(namespace)\" \(problem)")
        }
    }

    /// A manifest is for both platforms. But an environment that says itself that it is local means something else by these.
    private mutating func checkLocality(_ part: ManifestPart?) {
        guard let part, part.node["on"]?.text == PlatformSpec.Kind.local.rawValue else { return }
        for key in Self.onlyKubernetes {
            guard let pair = part.node.pair(key) else { continue }
            note(
                .conflict, at: pair.key, path: "\(part.path).\(key)",
                "is for Kubernetes, and this environment says on: local; leave it out, or say on: kubernetes")
        }
    }

    private mutating func checkPlaces(_ values: [String: ManifestValue], below path: String) {
        checkAutoscale(values, below: path)
        guard let volumes = values.keys("volumes"), !volumes.isEmpty else { return }
        if values.text("identity") != Identity.stable.rawValue, !unknown.contains(path + "identity") {
            note(
                .conflict, at: nil, path: path + "volumes",
                "belong to replicas that keep their number: give identity: stable, too")
        }
        var owners: [String: String] = [:]
        for (name, value) in volumes.sorted(by: { $0.key < $1.key }) {
            guard case .keys(let keys) = value else { continue }
            let own = "\(path)volumes.\(name)"
            if let problem = DNSLabel.problem(with: name, longest: Self.longestVolumeName) {
                note(.badValue, at: nil, path: own, "the name \(problem)")
            } else if Self.takenVolumes.contains(name) {
                note(.badValue, at: nil, path: own, "every pod has a volume of that name already; give it another")
            }
            for key in ["path", "size"] where keys[key] == nil && !isFaulty("\(own).\(key)") {
                note(.missing, at: nil, path: own, "\(key) is missing")
            }
            guard let place = keys.text("path") else { continue }
            if let problem = Self.problem(withMount: place) {
                note(.badValue, at: nil, path: "\(own).path", "\"\(place)\" \(problem)")
            } else if let other = owners.updateValue(name, forKey: place) {
                note(.conflict, at: nil, path: "\(own).path", "\(place) is the path of \(other) already")
            }
        }
    }

    /// Whether a value was given, and is wrong or not known.
    private func isFaulty(_ path: String) -> Bool {
        unknown.contains(path) || problems.contains { $0.path == path }
    }

    private static func problem(withMount path: String) -> String? {
        guard path.hasPrefix("/"), path != "/" else { return "is no absolute path" }
        if path.contains(":") || path.split(separator: "/").contains("..") { return "has a : or .. in it" }
        for taken in takenPaths where path == taken || path.hasPrefix(taken + "/") { return "lies in \(taken), which is taken" }
        return nil
    }

    private mutating func checkAutoscale(_ values: [String: ManifestValue], below path: String) {
        guard let keys = values.keys("autoscale"), !keys.isEmpty else { return }
        let own = path + "autoscale"
        guard let most = keys.integer("max") else {
            if !isFaulty("\(own).max") {
                note(.missing, at: nil, path: own, "max is missing: how many replicas there may be at most")
            }
            return
        }
        let fewest = keys.integer("min") ?? max(1, values.integer("replicas") ?? 1)
        if fewest > most {
            note(.conflict, at: nil, path: "\(own).max", "is less than the fewest, which is \(fewest)")
        }
        if values.keys("resources")?["cpu"] == nil, !isFaulty("\(path)resources.cpu") {
            note(
                .conflict, at: nil, path: own,
                "counts in shares of resources.cpu, and there is none: give one, such as resources: {cpu: 500m}")
        }
    }

    private mutating func check(_ toleration: [String: ManifestValue], path: String) {
        let spec = TolerationSpec(toleration)
        if spec.comparison == .equal, spec.key == nil {
            note(.missing, at: nil, path: "\(path)", "key is missing: a value is one of a key")
        }
        if spec.comparison == .exists, spec.value != nil {
            note(.conflict, at: nil, path: "\(path).value", "is not looked at with operator: Exists")
        }
        if spec.seconds != nil, spec.effect != .noExecute {
            note(.conflict, at: nil, path: "\(path).seconds", "is for effect: NoExecute alone")
        }
    }
}
