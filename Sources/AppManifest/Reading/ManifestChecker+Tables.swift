extension ManifestChecker {
    /// Linux gives one variable, with its name, 128 KiB (`MAX_ARG_STRLEN`).
    static let longestVariable = 128 << 10
    static let mostVariables = 1000
    static let mostPorts = 100

    /// Variables, their values as the text that stands there.
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
            variables[name] = variable(name, pair, path: own)
        }
        return .texts(variables)
    }

    private mutating func variable(_ name: String, _ pair: ManifestNode.Pair, path: String) -> String? {
        guard name.utf8.allSatisfy(Self.isWord), !(0x30...0x39).contains(name.utf8.first ?? 0) else {
            note(.badValue, at: pair.key, path: path, "is no name of a variable: letters, digits and _, no digit first")
            return nil
        }
        if pair.value.isNothing {
            note(.wrongType, at: pair.value, path: path, "expected a value, found nothing; an empty one is \"\"")
            return nil
        }
        guard let value = pair.value.text else {
            note(.wrongType, at: pair.value, path: path, "expected a text or a number, found \(pair.value.found)")
            return nil
        }
        guard !value.utf8.contains(0), name.utf8.count + value.utf8.count + 2 <= Self.longestVariable else {
            note(.badValue, at: pair.value, path: path, "holds a zero byte, or is longer than \(Self.longestVariable) bytes")
            return nil
        }
        return value
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
            guard let port = integer(pair.value, 1...65535, path: "\(path).\(name)") else { continue }
            if let other = ports.first(where: { $0.value == port })?.key {
                note(.conflict, at: pair.value, path: "\(path).\(name)", "\(port) is the port of \(other) already")
            }
            ports[name] = port
        }
        return .integers(ports)
    }
}
