import FleetModel

extension ManifestChecker {
    /// A command: a text that is split into words, or a list of words. References are replaced within each word, so that what
    /// they give stays within it.
    mutating func command(_ node: ManifestNode, _ kind: CommandRules.Kind, path: String) -> ManifestValue? {
        guard let words = words(of: node, path: path) else { return nil }
        guard !words.isEmpty else {
            note(.badValue, at: node, path: path, "is empty; leave it out, or give a command such as bin/server")
            return nil
        }
        guard words.count <= ProcessSpec.mostWords else {
            note(.badValue, at: node, path: path, "has more than \(ProcessSpec.mostWords) words")
            return nil
        }
        var replaced: [String] = []
        for (node, word) in words {
            guard let word = self.replaced(word, at: node, path: path, keepsSecrets: false) else { return nil }
            replaced.append(word)
        }
        guard replaced.allSatisfy({ !$0.utf8.contains(0) && $0.utf8.count <= VariableRules.longestValue }) else {
            note(
                .badValue, at: node, path: path,
                "has a word with a zero byte, or of more than \(VariableRules.longestValue >> 10) KiB, which Linux takes for no program"
            )
            return nil
        }
        if let (first, _) = words.first, let problem = replaced.first.flatMap({ CommandRules.problem(with: $0, kind) }) {
            note(.badValue, at: first, path: path, "\(problem)")
            return nil
        }
        return .list(replaced)
    }

    private mutating func words(of node: ManifestNode, path: String) -> [(ManifestNode, String)]? {
        if let elements = node.elements {
            var words: [(ManifestNode, String)] = []
            for element in elements.prefix(ProcessSpec.mostWords + 1) {
                guard let word = element.text, !element.isNothing else {
                    note(.wrongType, at: element, path: path, "expected a word, found \(element.found)")
                    return nil
                }
                words.append((element, word))
            }
            return words
        }
        guard let text = node.text, !node.isNothing else {
            note(
                .wrongType, at: node, path: path, "expected a command such as bin/server, or a list of words, found \(node.found)"
            )
            return nil
        }
        do throws(CommandWords.Problem) {
            return try CommandWords.split(text).map { (node, $0) }
        } catch {
            note(.badValue, at: node, path: path, error.reason)
            return nil
        }
    }
}
