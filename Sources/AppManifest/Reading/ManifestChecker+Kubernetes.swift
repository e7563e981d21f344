import FleetModel

extension ManifestChecker {
    static let mostNames = 100
    static let mostElements = 100
    /// Bytes of the longest annotation.
    static let longestAnnotation = 64 << 10

    /// The name of an object of Kubernetes.
    mutating func objectName(_ node: ManifestNode, path: String) -> String? {
        guard let text = node.text, !node.isNothing else {
            note(.wrongType, at: node, path: path, "expected a name, found \(node.found)")
            return nil
        }
        if let problem = KubernetesName.problem(with: text) {
            note(.badValue, at: node, path: path, "\(node.found) \(problem)")
            return nil
        }
        return text
    }

    /// Names of objects, each once.
    mutating func objectNames(_ node: ManifestNode, path: String) -> ManifestValue? {
        names(node, path: path, like: "shop-database", most: Self.mostNames) { $0.objectName($1, path: path) }
    }

    /// Labels, as Kubernetes takes them.
    mutating func kubernetesLabels(_ node: ManifestNode, path: String) -> ManifestValue? {
        keyed(node, path: path) { KubernetesName.problem(withLabel: $0) }
    }

    /// Annotations, as Kubernetes takes them.
    mutating func annotations(_ node: ManifestNode, path: String) -> ManifestValue? {
        keyed(node, path: path) {
            $0.utf8.count <= Self.longestAnnotation ? nil : "is longer than \(Self.longestAnnotation >> 10) KiB"
        }
    }

    private mutating func keyed(_ node: ManifestNode, path: String, _ problem: (String) -> String?) -> ManifestValue? {
        guard let pairs = pairs(of: node, path: path) else { return nil }
        guard pairs.count <= Self.mostLabels else {
            note(.badValue, at: node, path: path, "more than \(Self.mostLabels) of them")
            return nil
        }
        var texts: [String: String] = [:]
        for pair in pairs {
            guard let name = name(of: pair.key, below: path) else { continue }
            let own = "\(path).\(name)"
            remember(pair.key, own)
            if let problem = KubernetesName.problem(withKey: name) ?? Self.reserved(name) {
                note(.badValue, at: pair.key, path: own, "\"\(name)\" \(problem)")
                continue
            }
            guard let value = replaced(pair.value, path: own) else { continue }
            guard let text = value.text, !value.isNothing else {
                note(.wrongType, at: value, path: own, "expected a text, found \(value.found)")
                continue
            }
            if let problem = problem(text) { note(.badValue, at: value, path: own, "\(value.found) \(problem)") }
            texts[name] = text
        }
        return .texts(texts)
    }

    /// By these beamctl knows what is its own.
    private static func reserved(_ key: String) -> String? {
        key.hasPrefix("app.kubernetes.io/") || key.hasPrefix("beamctl.com/") ? "is set by beamctl itself; leave it out" : nil
    }

    /// A list, each of whose elements has the same keys.
    mutating func each(_ node: ManifestNode, _ keys: [ManifestKey], path: String) -> ManifestValue? {
        guard let elements = node.elements else {
            note(.wrongType, at: node, path: path, "expected a list, each element with keys, found \(node.found)")
            return nil
        }
        guard elements.count <= Self.mostElements else {
            note(.badValue, at: node, path: path, "more than \(Self.mostElements) of them")
            return nil
        }
        return .each(
            elements.enumerated().compactMap { index, element in
                remember(element, "\(path)[\(index)]")
                return check(element, keys, path: "\(path)[\(index)]")
            })
    }
}
