import FleetModel

extension ManifestChecker {
    static let mostVariables = Dotenv.mostVariables
    static let mostPorts = 100
    static let mostLabels = 100

    /// Variables, their values as the text that stands there. References to secrets stay in it.
    mutating func environment(_ node: ManifestNode, path: String) -> ManifestValue? {
        guard let pairs = pairs(of: node, path: path) else { return nil }
        guard pairs.count <= Self.mostVariables else {
            note(.badValue, at: node, path: path, "more than \(Self.mostVariables) variables")
            return nil
        }
        var variables: [String: String] = [:]
        for pair in pairs {
            guard let name = name(of: pair.key, below: path) else { continue }
            let own = "\(path).\(name)"
            remember(pair.key, own)
            if let problem = VariableRules.problem(withName: name) {
                note(.badValue, at: pair.key, path: own, problem)
            } else {
                variables[name] = variable(pair.value, path: own)
            }
        }
        return .texts(variables)
    }

    private mutating func variable(_ node: ManifestNode, path: String) -> String? {
        if node.isNothing {
            note(.wrongType, at: node, path: path, "expected a value, found nothing; an empty one is \"\"")
            return nil
        }
        guard let text = node.text else {
            note(.wrongType, at: node, path: path, "expected a text or a number, found \(node.found)")
            return nil
        }
        guard let value = replaced(text, at: node, path: path, keepsSecrets: true) else {
            // The name counts all the same: rules look at it.
            return unknown.contains(path) ? "" : nil
        }
        if let problem = VariableRules.problem(withValue: value) {
            note(.badValue, at: node, path: path, problem)
            return nil
        }
        return value
    }

    /// Labels of an image: any names without spaces, each with a text.
    mutating func labels(_ node: ManifestNode, path: String) -> ManifestValue? {
        guard let pairs = pairs(of: node, path: path) else { return nil }
        guard pairs.count <= Self.mostLabels else {
            note(.badValue, at: node, path: path, "more than \(Self.mostLabels) labels")
            return nil
        }
        var labels: [String: String] = [:]
        for pair in pairs {
            guard let name = name(of: pair.key, below: path) else { continue }
            let own = "\(path).\(name)"
            remember(pair.key, own)
            guard name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                note(.badValue, at: pair.key, path: own, "the name of a label has no spaces and ASCII alone")
                continue
            }
            labels[name] = replaced(pair.value, path: own).flatMap { value in
                guard let text = value.text, !value.isNothing, text.utf8.count <= 4096 else {
                    note(.wrongType, at: value, path: own, "expected a text of at most 4096 bytes, found \(value.found)")
                    return nil
                }
                return text
            }
        }
        return .texts(labels)
    }

    /// Ports by name (RFC 6335, section 5.1: at most 15 characters).
    mutating func ports(_ node: ManifestNode, path: String) -> ManifestValue? {
        guard let pairs = pairs(of: node, path: path) else { return nil }
        guard pairs.count <= Self.mostPorts else {
            note(.badValue, at: node, path: path, "more than \(Self.mostPorts) ports")
            return nil
        }
        var ports: [String: Int] = [:]
        for pair in pairs {
            guard let name = name(of: pair.key, below: path) else { continue }
            if let problem = ManifestRules.problem(withPortName: name) {
                note(.badValue, at: pair.key, path: "\(path).\(name)", problem)
            }
            remember(pair.key, "\(path).\(name)")
            guard let node = replaced(pair.value, path: "\(path).\(name)"),
                let port = integer(node, 1...65535, path: "\(path).\(name)")
            else { continue }
            if let other = ports.first(where: { $0.value == port })?.key {
                note(.conflict, at: pair.value, path: "\(path).\(name)", "\(port) is the port of \(other) already")
            }
            ports[name] = port
        }
        return .integers(ports)
    }
}
