/// Holds a manifest to the table: walks both, keeps what fits, and writes down everything that does not.
struct ManifestChecker {
    private(set) var problems: [ManifestProblem] = []
    /// Where the key of each path stands.
    private var places: [String: ManifestNode] = [:]

    /// The values at the top that fit.
    mutating func check(_ root: ManifestNode?) -> [String: ManifestValue] {
        guard let root, !root.isNothing else {
            note(.missing, at: nil, path: "", "the manifest is empty; the least is one line: app: NAME")
            return [:]
        }
        return check(root, ManifestTable.keys, path: "") ?? [:]
    }

    /// Writes down a problem at the place of a path, or at a node.
    mutating func note(_ code: ManifestProblem.Code, at node: ManifestNode?, path: String, _ message: String) {
        guard problems.count < ManifestError.mostProblems else { return }
        let place = node ?? places[path]
        problems.append(ManifestProblem(code, line: place?.line, column: place?.column, path: path, message))
    }

    /// Remembers where a key stands, for rules that are checked later.
    mutating func remember(_ node: ManifestNode, _ path: String) { places[path] = node }

    private mutating func check(_ node: ManifestNode, _ keys: [ManifestKey], path: String) -> [String: ManifestValue]? {
        guard let pairs = pairs(of: node, path: path) else { return nil }
        var values: [String: ManifestValue] = [:]
        for pair in pairs {
            guard let name = name(of: pair.key, below: path) else { continue }
            let own = path.isEmpty ? name : "\(path).\(name)"
            guard let key = keys.first(where: { $0.name == name }) else {
                noteUnknown(name, among: keys, at: pair.key, path: own)
                continue
            }
            places[own] = pair.key
            if let reason = key.later {
                note(.notImplemented, at: pair.key, path: own, "is not implemented: \(reason)")
            } else {
                values[name] = value(pair.value, key.shape, path: own)
            }
        }
        return values
    }

    /// A mapping's pairs; none for nothing.
    mutating func pairs(of node: ManifestNode, path: String) -> [ManifestNode.Pair]? {
        if let pairs = node.pairs { return pairs }
        if node.isNothing { return [] }
        note(.wrongType, at: node, path: path, "expected keys, found \(node.found)")
        return nil
    }

    mutating func name(of key: ManifestNode, below path: String) -> String? {
        if let name = key.text, name.utf8.count <= 256, !name.isEmpty { return name }
        note(.unknownKey, at: key, path: path, "a key is a plain word, found \(key.found)")
        return nil
    }

    private mutating func noteUnknown(_ name: String, among keys: [ManifestKey], at node: ManifestNode, path: String) {
        if name == "<<" {
            note(.unknownKey, at: node, path: path, "merge keys are not taken: write out what is meant")
            return
        }
        let suggestion = NearestKey.suggestion(for: name, among: keys)
        let known = keys.filter { $0.later == nil }.map(\.name).joined(separator: ", ")
        note(
            .unknownKey, at: node, path: path,
            "unknown key; " + (suggestion.map { "did you mean \($0)?" } ?? "known here: \(known)"))
    }

    private mutating func value(_ node: ManifestNode, _ shape: ManifestShape, path: String) -> ManifestValue? {
        switch shape {
        case .keys(let keys): check(node, keys, path: path).map(ManifestValue.keys)
        case .named(let keys): named(node, keys, path: path)
        case .integerOrKeys(let keys):
            if node.text != nil, !node.isNothing { short(node, keys, path: path) } else { value(node, .keys(keys), path: path) }
        case .environment: environment(node, path: path)
        case .ports: ports(node, path: path)
        case .anything: nil
        default: scalar(node, shape, path: path)
        }
    }

    private mutating func short(_ node: ManifestNode, _ keys: [ManifestKey], path: String) -> ManifestValue? {
        guard let first = keys.first else { return nil }
        return value(node, first.shape, path: path).map { .keys([first.name: $0]) }
    }

    private mutating func named(_ node: ManifestNode, _ keys: [ManifestKey], path: String) -> ManifestValue? {
        guard let pairs = pairs(of: node, path: path) else { return nil }
        if pairs.isEmpty { note(.badValue, at: node, path: path, "is empty; leave it out, or name a process") }
        var values: [String: ManifestValue] = [:]
        for pair in pairs {
            guard let name = name(of: pair.key, below: path) else { continue }
            places["\(path).\(name)"] = pair.key
            values[name] = check(pair.value, keys, path: "\(path).\(name)").map(ManifestValue.keys)
        }
        return .keys(values)
    }
}
