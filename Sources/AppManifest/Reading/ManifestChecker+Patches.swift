import FleetModel

extension ManifestChecker {
    /// Strategic merge patches: objects as Kubernetes has them, with a kind, and a name where not all of that kind are meant.
    mutating func patches(_ node: ManifestNode, path: String) -> ManifestValue? {
        guard let elements = node.elements else {
            note(
                .wrongType, at: node, path: path,
                "expected a list of objects such as [{kind: Deployment, spec: …}], found \(node.found)")
            return nil
        }
        guard elements.count <= KubernetesPatch.most else {
            note(.badValue, at: node, path: path, "more than \(KubernetesPatch.most) patches")
            return nil
        }
        return .patches(elements.enumerated().compactMap { patch($1, path: "\(path)[\($0)]") })
    }

    private mutating func patch(_ node: ManifestNode, path: String) -> KubernetesPatch? {
        remember(node, path)
        guard let pairs = pairs(of: node, path: path), !pairs.isEmpty else {
            note(.wrongType, at: node, path: path, "expected an object with a kind, found \(node.found)")
            return nil
        }
        guard let kind = node["kind"]?.text, !kind.isEmpty else {
            note(.missing, at: node, path: "\(path).kind", "is missing: say which objects are changed, such as kind: Deployment")
            return nil
        }
        var name: String?
        if let given = node["metadata"]?["name"] {
            guard let text = objectName(given, path: "\(path).metadata.name") else { return nil }
            name = text
        }
        var writer = PatchWriter(checker: self)
        let isWhole = writer.writeObject(pairs.filter { !["kind", "apiVersion"].contains($0.key.text) }, path: path)
        self = writer.checker
        guard isWhole else { return nil }
        return KubernetesPatch(kind: kind, name: name, json: writer.text)
    }
}

/// Writes a part of the manifest as JSON, with the types that YAML 1.2's core schema gives to plain scalars.
private struct PatchWriter {
    var checker: ManifestChecker
    private(set) var text = ""
    private var depth = 0

    init(checker: ManifestChecker) {
        self.checker = checker
    }

    /// Whether all of it is written; what is wrong is noted.
    mutating func writeObject(_ pairs: [ManifestNode.Pair], path: String) -> Bool {
        depth += 1
        defer { depth -= 1 }
        text += "{"
        var isFirst = true
        for pair in pairs {
            guard let name = checker.name(of: pair.key, below: path) else { return false }
            text += (isFirst ? "" : ",") + Self.quoted(name) + ":"
            isFirst = false
            guard write(pair.value, path: "\(path).\(name)") else { return false }
        }
        text += "}"
        return true
    }

    private mutating func write(_ node: ManifestNode, path: String) -> Bool {
        guard depth < KubernetesPatch.deepest, text.utf8.count <= KubernetesPatch.longest else {
            checker.note(
                .badValue, at: node, path: path,
                "the patch is deeper than \(KubernetesPatch.deepest) levels, or longer than \(KubernetesPatch.longest >> 10) KiB")
            return false
        }
        if node.pairs != nil {
            guard let pairs = checker.pairs(of: node, path: path) else { return false }
            return writeObject(pairs, path: path)
        }
        if let elements = node.elements { return writeArray(elements, path: path) }
        // A reference that is not looked up stands for some text.
        guard let value = checker.replaced(node, path: path) else { return write("null") }
        guard let scalar = value.text else {
            checker.note(.wrongType, at: node, path: path, "expected a value, found \(node.found)")
            return false
        }
        return write(node.isQuoted ? Self.quoted(scalar) : Self.plain(scalar))
    }

    private mutating func writeArray(_ elements: [ManifestNode], path: String) -> Bool {
        depth += 1
        defer { depth -= 1 }
        text += "["
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            guard write(element, path: "\(path)[\(index)]") else { return false }
        }
        text += "]"
        return true
    }

    private mutating func write(_ json: String) -> Bool {
        text += json
        return true
    }

    /// YAML 1.2, 10.3.2. A number that JSON has no such text for is the same number.
    private static func plain(_ text: String) -> String {
        switch text {
        case "", "~", "null", "Null", "NULL": return "null"
        case "true", "True", "TRUE": return "true"
        case "false", "False", "FALSE": return "false"
        default: break
        }
        if let whole = text.wholeMatch(of: /[-+]?[0-9]{1,15}/) { return "\(Int(whole.output) ?? 0)" }
        if text.wholeMatch(of: /[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?/) != nil, let number = Double(text),
            number.isFinite
        {
            return "\(number)"
        }
        return quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
