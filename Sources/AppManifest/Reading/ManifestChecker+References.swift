import FleetModel

extension ManifestChecker {
    /// A scalar with its `${env:NAME}` replaced; anything else as it is. nil when that cannot be, or is not known.
    mutating func replaced(_ node: ManifestNode, path: String) -> ManifestNode? {
        guard let text = node.text, text.utf8.contains(UInt8(ascii: "$")) else { return node }
        guard let value = replaced(text, at: node, path: path, keepsSecrets: false) else { return nil }
        return value == text ? node : node.replaced(by: value)
    }

    /// A text with its `${env:NAME}` replaced; nil when that cannot be, or is not known.
    ///
    /// With `keepsSecrets` the outcome is a text for ``SecretReference``: references to secrets stay, and whatever else looks
    /// like a reference is escaped. So what came from a variable is never taken for one.
    mutating func replaced(_ text: String, at node: ManifestNode, path: String, keepsSecrets: Bool) -> String? {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var outcome = ""
        var plain = ""
        var isKnown = true
        for piece in ReferencePiece.pieces(of: text) {
            switch piece {
            case .text(let text): plain += text
            case .variable(let name, let fallback):
                guard let value = value(of: name, fallback, at: node, path: path) else {
                    isKnown = false
                    continue
                }
                plain += value
            case .secret(let name):
                guard let text = secret(name, after: plain, isKept: keepsSecrets, at: node, path: path) else { return nil }
                outcome += text
                plain = ""
            case .malformed(let opening):
                noteMalformed(opening, at: node, path: path)
                return nil
            }
        }
        guard isKnown else { return nil }
        return outcome + (keepsSecrets ? SecretReference.escape(plain) : plain)
    }

    private mutating func value(of name: String, _ fallback: String?, at node: ManifestNode, path: String) -> String? {
        guard case .looked(in: let variables) = references else {
            skip(path)
            return nil
        }
        let set = variables[name]
        // As in a shell, `:-` counts an empty variable as unset.
        let value = if let fallback, set?.isEmpty ?? true { fallback } else { set }
        guard let value else {
            skip(path)
            note(
                .unset, at: node, path: path,
                "the variable \(name) is not set: export \(name), or give a default: ${env:\(name):-default}")
            return nil
        }
        replacedBytes += value.utf8.count
        guard replacedBytes <= Manifest.longestText else {
            note(.badValue, at: node, path: path, "with \(name), variables put in more than \(Manifest.longestText) bytes")
            return nil
        }
        return value
    }

    /// The text before a reference to a secret, and the reference.
    private mutating func secret(
        _ name: String, after plain: String, isKept: Bool, at node: ManifestNode, path: String
    ) -> String? {
        guard isKept else {
            note(
                .badValue, at: node, path: path,
                "${secret:\(name)} stands in values of env only: here it would be stored and shown as it is")
            return nil
        }
        guard plain.utf8.last != UInt8(ascii: "$") else {
            note(.badValue, at: node, path: path, "a variable that ends with $ cannot stand right before ${secret:\(name)}")
            return nil
        }
        return SecretReference.escape(plain) + "${secret:\(name)}"
    }

    private mutating func noteMalformed(_ opening: String, at node: ManifestNode, path: String) {
        let forms = opening == "${env:" ? "${env:NAME} or ${env:NAME:-default}" : "${secret:NAME}"
        note(
            .badValue, at: node, path: path,
            "has a \(opening) that is not \(forms); as plain text it is written $\(opening)")
    }
}
