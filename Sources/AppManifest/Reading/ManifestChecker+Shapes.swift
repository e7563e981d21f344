extension ManifestChecker {
    /// What a value means, by the shape that its key wants; nil when it does not fit, or is not known.
    mutating func value(_ node: ManifestNode, _ shape: ManifestShape, path: String) -> ManifestValue? {
        switch shape {
        case .keys(let keys): check(node, keys, path: path).map(ManifestValue.keys)
        case .someKeys(let keys): someKeys(node, keys, path: path)
        case .named(let keys, let naming): named(node, keys, naming, path: path)
        case .each(let keys): each(node, keys, path: path)
        case .integerOrKeys(let keys):
            if node.text != nil, !node.isNothing { short(node, keys, path: path) } else { value(node, .keys(keys), path: path) }
        case .environment: environment(node, path: path)
        case .environments: environments(node, path: path)
        case .ports: ports(node, path: path)
        case .labels: labels(node, path: path)
        case .kubernetesLabels: kubernetesLabels(node, path: path)
        case .annotations: annotations(node, path: path)
        case .objectNames: objectNames(node, path: path)
        case .patches: patches(node, path: path)
        case .hostNames: hostNames(node, path: path)
        case .variableNames: variableNames(node, path: path)
        case .command(let kind): command(node, kind, path: path)
        default: replaced(node, path: path).flatMap { scalar($0, shape, path: path) }
        }
    }

    private mutating func short(_ node: ManifestNode, _ keys: [ManifestKey], path: String) -> ManifestValue? {
        guard let first = keys.first else { return nil }
        return value(node, first.shape, path: path).map { .keys([first.name: $0]) }
    }

    private mutating func someKeys(_ node: ManifestNode, _ keys: [ManifestKey], path: String) -> ManifestValue? {
        if node.isNothing || node.pairs?.isEmpty == true {
            let known = keys.map(\.name).joined(separator: ", ")
            note(.badValue, at: node, path: path, "is empty; leave it out, or give at least one of \(known)")
            return nil
        }
        return check(node, keys, path: path).map(ManifestValue.keys)
    }

    private mutating func named(
        _ node: ManifestNode, _ keys: [ManifestKey], _ naming: ManifestShape.Naming, path: String
    ) -> ManifestValue? {
        guard let pairs = pairs(of: node, path: path) else { return nil }
        if pairs.isEmpty { note(.badValue, at: node, path: path, "is empty; leave it out, or name \(naming.what)") }
        var values: [String: ManifestValue] = [:]
        for pair in pairs {
            guard let name = name(of: pair.key, below: path) else { continue }
            remember(pair.key, "\(path).\(name)")
            values[name] = check(pair.value, keys, path: "\(path).\(name)").map(ManifestValue.keys)
        }
        return .keys(values)
    }
}
