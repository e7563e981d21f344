import Yams

/// A place in the manifest's text with what stands there. Looks into the tree only where it is asked to: what aliases make of a
/// small text may be endless.
struct ManifestNode {
    /// A key with its value.
    struct Pair {
        var key: ManifestNode
        var value: ManifestNode
    }

    private let node: Node

    init(_ node: Node) {
        self.node = node
    }

    /// From 1.
    var line: Int { node.mark?.line ?? 1 }
    /// From 1, in code points.
    var column: Int { node.mark?.column ?? 1 }

    /// The text of a scalar as it stands there; nil for everything else.
    var text: String? { node.scalar?.string }

    /// The text of a scalar without quotes: one that may be a number or a truth value.
    var plainText: String? {
        guard let scalar = node.scalar, scalar.style == .plain else { return nil }
        return scalar.string
    }

    /// Whether nothing stands there (YAML 1.2, 10.2.1.1).
    var isNothing: Bool { plainText.map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false }

    /// The keys and values of a mapping; nil for everything else.
    var pairs: [Pair]? {
        node.mapping.map { mapping in mapping.map { Pair(key: ManifestNode($0.key), value: ManifestNode($0.value)) } }
    }

    /// What stands there, for an error.
    var found: String {
        if isNothing { return "nothing" }
        switch node {
        case .scalar(let scalar):
            let text = scalar.string.prefix(40)
            return "\"\(text)\(text.count < scalar.string.count ? "…" : "")\"".replacing("\n", with: "\\n")
        case .mapping: return "keys"
        case .sequence: return "a list"
        case .alias: return "an alias"
        }
    }
}
