/// Holds a manifest to the table: walks both, keeps what fits, and writes down everything that does not.
struct ManifestChecker {
    /// What `${env:NAME}` stands for.
    enum References {
        /// The values of these variables.
        case looked(in: [String: String])
        /// Nothing: only how they are written is checked, and what they give counts as right.
        case skipped
    }

    let references: References
    /// Why `environments` is refused here; nil where it may stand.
    let refusesEnvironments: String?
    private(set) var problems: [ManifestProblem] = []
    /// Where the key of each path stands.
    private(set) var places: [String: ManifestNode] = [:]
    /// The paths whose values are not known, because references are skipped.
    private(set) var unknown: Set<String> = []
    /// How many bytes came from variables.
    var replacedBytes = 0

    init(references: References, refusesEnvironments: String? = nil) {
        self.references = references
        self.refusesEnvironments = refusesEnvironments
    }

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
        let full = [place?.layer ?? "", path].filter { !$0.isEmpty }.joined(separator: ".")
        problems.append(ManifestProblem(code, line: place?.line, column: place?.column, path: full, message))
    }

    /// Remembers where a key stands, for rules that are checked later.
    mutating func remember(_ node: ManifestNode, _ path: String) { places[path] = node }

    /// Remembers that a value is not known.
    mutating func skip(_ path: String) { unknown.insert(path) }

    mutating func check(_ node: ManifestNode, _ keys: [ManifestKey], path: String) -> [String: ManifestValue]? {
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
        guard let pairs = node.pairs else {
            if node.isNothing { return [] }
            note(.wrongType, at: node, path: path, "expected keys, found \(node.found)")
            return nil
        }
        // To YAML `true` and `"true"` are two keys.
        var seen: Set<String> = []
        return pairs.filter { pair in
            guard let name = pair.key.text, !seen.insert(name).inserted else { return true }
            note(.conflict, at: pair.key, path: path.isEmpty ? name : "\(path).\(name)", "is given twice")
            return false
        }
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
}
