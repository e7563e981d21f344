import FleetModel

/// The environments of a manifest: other settings by name, laid over the rest.
struct ManifestEnvironments {
    /// How many a manifest may have; each is checked with everything else laid below.
    static let most = 50
    private static let key = "environments"

    private let root: ManifestNode?

    init(of root: ManifestNode?) {
        self.root = root
    }

    /// Why a text is no name of an environment, or nil when it is one.
    static func problem(withName name: String) -> String? {
        DNSLabel.problem(with: name, longest: EnvironmentSpec.longestName)
    }

    /// The names whose values can be laid over the rest, in the order of the text, at most ``most``.
    var names: [String] {
        let pairs = root?[Self.key]?.pairs ?? []
        return pairs.prefix(Self.most).filter { $0.value.pairs != nil || $0.value.isNothing }.compactMap { $0.key.text }
    }

    /// The part of one environment.
    func part(_ name: String) -> ManifestPart? {
        guard let pair = root?[Self.key]?.pair(name) else { return nil }
        return ManifestPart(name: name, key: pair.key, node: pair.value)
    }

    /// That there is no environment of a name.
    func unknown(_ name: String) -> ManifestProblem {
        let known = names
        let place = root?.pair(Self.key)?.key
        let near = NearestKey.nearest(to: name, among: known)
        let others =
            known.isEmpty
            ? "the manifest has none"
            : "there are \(known.joined(separator: ", "))" + (near.map { "; did you mean \($0)?" } ?? "")
        return ManifestProblem(
            .unknownEnvironment, line: place?.line, column: place?.column, path: Self.key,
            "there is no environment \"\(name.prefix(40))\"; \(others)")
    }
}

/// One environment as it stands in the manifest.
struct ManifestPart {
    var name: String
    var key: ManifestNode
    var node: ManifestNode

    /// The keys that lead to it.
    var path: String { "environments.\(name)" }

    /// Whether it names the app itself.
    var namesApp: Bool { node["app"] != nil }

    /// The app's name in this environment, where the manifest gives another for all of it.
    func app(_ app: String) -> String { namesApp ? app : "\(app)-\(name)" }

    /// The whole manifest with this laid over it, all but the variables.
    func merged(into root: ManifestNode) -> ManifestNode {
        let base = root.hiding(.environments)
        return node.isNothing ? base : base.merged(with: node.layered(path).hiding(.variables))
    }

    /// Where variables stand in it: the path, the process if it is one's own, and the mapping.
    var variables: [(path: String, process: String?, node: ManifestNode)] {
        var found: [(path: String, process: String?, node: ManifestNode)] = []
        if let node = node["env"] { found.append(("\(path).env", nil, node)) }
        for pair in node["processes"]?.pairs ?? [] {
            guard let process = pair.key.text, let node = pair.value["env"] else { continue }
            found.append(("\(path).processes.\(process).env", process, node))
        }
        return found
    }
}
