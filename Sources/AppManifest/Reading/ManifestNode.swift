import Yams

/// A place in the manifest's text with what stands there. Looks into the tree only where it is asked to: what aliases make of a
/// small text may be endless.
struct ManifestNode {
    /// A key with its value.
    struct Pair {
        var key: ManifestNode
        var value: ManifestNode
    }

    /// What is seen instead of what stands there.
    private indirect enum View {
        case merged(base: ManifestNode, over: ManifestNode)
        case replaced(String)
    }

    private let node: Node
    private var view: View?
    /// The keys that lead to the part of the manifest which this was merged from, such as `environments.staging`; empty for
    /// the manifest itself.
    private(set) var layer: String
    /// Which keys below are not seen.
    private var hidden: ManifestHiding?

    init(_ node: Node, layer: String = "", hidden: ManifestHiding? = nil) {
        self.node = node
        self.layer = layer
        self.hidden = hidden
    }

    /// From 1.
    var line: Int { node.mark?.line ?? 1 }
    /// From 1, in code points.
    var column: Int { node.mark?.column ?? 1 }

    /// The text of a scalar, as it stands there or after its references were replaced; nil for everything else.
    var text: String? {
        if case .replaced(let text) = view { text } else { node.scalar?.string }
    }

    /// The text of a scalar without quotes: one that may be a number or a truth value. One that came from a reference counts as
    /// such, since `${` needs quotes in many places.
    var plainText: String? {
        if case .replaced(let text) = view { return text }
        guard let scalar = node.scalar, scalar.style == .plain else { return nil }
        return scalar.string
    }

    /// Whether a scalar stands in quotes, or is a block: a text whatever it looks like.
    var isQuoted: Bool { node.scalar.map { $0.style != .plain } ?? false }

    /// Whether the text came from a reference.
    var isReplaced: Bool {
        if case .replaced = view { true } else { false }
    }

    /// Whether nothing stands there (YAML 1.2, 10.2.1.1).
    var isNothing: Bool {
        !isReplaced && (plainText.map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false)
    }

    /// The keys and values of a mapping; nil for everything else.
    var pairs: [Pair]? {
        if case .merged(let base, let over) = view { return Self.merge(base.pairs ?? [], over.pairs ?? []) }
        guard let mapping = node.mapping else { return nil }
        return mapping.compactMap { key, value in
            let name = key.scalar?.string
            guard hidden?.hides(name) != true else { return nil }
            return Pair(
                key: ManifestNode(key, layer: layer), value: ManifestNode(value, layer: layer, hidden: hidden?.below(name)))
        }
    }

    /// The parts of a list; nil for everything else.
    var elements: [ManifestNode]? { node.sequence.map { list in list.map { ManifestNode($0, layer: layer) } } }

    /// The value of a key; nil where there is no such key.
    subscript(name: String) -> ManifestNode? { pair(name)?.value }

    /// A key with its value.
    func pair(_ name: String) -> Pair? { pairs?.first { $0.key.text == name } }

    /// The same place, as a part of the manifest that is merged into the rest.
    func layered(_ layer: String) -> ManifestNode { ManifestNode(node, layer: layer, hidden: hidden) }

    /// The same place without some of its keys.
    func hiding(_ hidden: ManifestHiding) -> ManifestNode { ManifestNode(node, layer: layer, hidden: hidden) }

    /// The same scalar with another text.
    func replaced(by text: String) -> ManifestNode {
        var copy = self
        copy.view = .replaced(text)
        return copy
    }

    /// This with another laid over it: mappings key by key, everything else is replaced.
    func merged(with over: ManifestNode) -> ManifestNode {
        guard node.mapping != nil, over.node.mapping != nil else { return over }
        var merged = over
        merged.view = .merged(base: self, over: over)
        return merged
    }

    private static func merge(_ base: [Pair], _ over: [Pair]) -> [Pair] {
        var left = Dictionary(over.map { ($0.key.text ?? "", $0) }) { first, _ in first }
        let merged = base.map { pair in
            guard let name = pair.key.text, let other = left.removeValue(forKey: name) else { return pair }
            return Pair(key: other.key, value: pair.value.merged(with: other.value))
        }
        return merged + over.filter { $0.key.text.map { left[$0] != nil } ?? true }
    }

    /// What stands there, for an error. What a reference stands for is not told: it may be a secret.
    var found: String {
        if isNothing { return "nothing" }
        switch node {
        case .scalar(let scalar):
            let text = scalar.string.prefix(40)
            let shown = "\"\(text)\(text.count < scalar.string.count ? "…" : "")\"".replacing("\n", with: "\\n")
            return isReplaced ? "what \(shown) stands for" : shown
        case .mapping: return "keys"
        case .sequence: return "a list"
        case .alias: return "an alias"
        }
    }
}
