import FleetModel

extension ManifestChecker {
    static let mostSecrets = 1000

    /// Names of variables, each once.
    mutating func variableNames(_ node: ManifestNode, path: String) -> ManifestValue? {
        names(node, path: path, like: "SECRET_KEY_BASE", most: Self.mostSecrets) { $0.variableName($1, path: path) }
    }

    /// Names, each once; `name` reads one, and has noted what is wrong with it when it is none.
    mutating func names(
        _ node: ManifestNode, path: String, like example: String, most: Int, _ name: (inout Self, ManifestNode) -> String?
    ) -> ManifestValue? {
        guard let elements = node.elements else {
            note(.wrongType, at: node, path: path, "expected a list of names such as [\(example)], found \(node.found)")
            return nil
        }
        guard elements.count <= most else {
            note(.badValue, at: node, path: path, "more than \(most) names")
            return nil
        }
        var names: [String] = []
        var lines: [String: Int] = [:]
        for element in elements {
            guard let element = replaced(element, path: path), let name = name(&self, element) else { continue }
            if let line = lines[name] {
                note(.conflict, at: element, path: path, "\(name) is named twice; first in line \(line)")
                continue
            }
            lines[name] = element.line
            remember(element, "\(path).\(name)")
            names.append(name)
        }
        return .list(names)
    }

    private mutating func variableName(_ node: ManifestNode, path: String) -> String? {
        guard let name = node.text, !node.isNothing else {
            note(.wrongType, at: node, path: path, "expected the name of a variable, found \(node.found)")
            return nil
        }
        if let problem = VariableRules.problem(withName: name) {
            note(.badValue, at: node, path: path, "\(node.found) \(problem)")
            return nil
        }
        return name
    }

    static let mostHosts = 50

    /// A host name or several, each once.
    mutating func hostNames(_ node: ManifestNode, path: String) -> ManifestValue? {
        let elements = node.elements ?? [node]
        guard (1...Self.mostHosts).contains(elements.count) else {
            note(.badValue, at: node, path: path, "expected 1 to \(Self.mostHosts) host names")
            return nil
        }
        var names: [String] = []
        for element in elements {
            guard let element = replaced(element, path: path) else { continue }
            guard let name = element.text?.lowercased(), !element.isNothing, element.pairs == nil else {
                note(.wrongType, at: element, path: path, "expected a host name such as www.example.com, found \(element.found)")
                continue
            }
            if let problem = HostName.problem(with: name) {
                note(.badValue, at: element, path: path, "\(element.found) \(problem)")
            } else if names.contains(name) {
                note(.conflict, at: element, path: path, "\(name) is named twice")
            } else {
                names.append(name)
            }
        }
        return .list(names)
    }

    /// Other settings by name. What they hold is checked with each of them laid over the rest.
    mutating func environments(_ node: ManifestNode, path: String) -> ManifestValue? {
        if let reason = refusesEnvironments {
            note(.conflict, at: nil, path: path, reason)
            return nil
        }
        guard let pairs = pairs(of: node, path: path) else { return nil }
        if pairs.count > ManifestEnvironments.most {
            note(.badValue, at: node, path: path, "more than \(ManifestEnvironments.most) environments")
        }
        for pair in pairs {
            guard let name = name(of: pair.key, below: path) else { continue }
            let own = "\(path).\(name)"
            remember(pair.key, own)
            if let problem = ManifestEnvironments.problem(withName: name) {
                note(.badValue, at: pair.key, path: own, "the name \(problem)")
            }
            if pair.value.pairs == nil, !pair.value.isNothing {
                note(.wrongType, at: pair.value, path: own, "expected keys, found \(pair.value.found)")
            }
        }
        return nil
    }
}
