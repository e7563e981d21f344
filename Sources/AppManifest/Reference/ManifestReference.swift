/// The commented reference of the manifest, made from the table of its keys. `docs/beamctl.reference.yml` is this text.
public enum ManifestReference {
    /// How wide a comment gets.
    private static let width = 100

    /// A manifest with every key. As it stands it is valid; what it shows off only (keys that exclude others or that nothing
    /// implements yet) stands behind a `#` in the first column, without a space before the key.
    public static let text = header + ManifestTable.keys.map { lines(of: $0, indent: 0, isOff: false) }.joined(separator: "\n")

    private static let header = """
        # Every key of beamctl.yml, with what it means, what holds when it is left out, and an example.
        # One line is enough for a plain app: app: NAME. Lines like "#key: value" are switched off.


        """

    private static func lines(of key: ManifestKey, indent: Int, isOff: Bool) -> String {
        let isOff = isOff || key.isShownOff
        let margin = String(repeating: " ", count: indent)
        let comments = wrapped(comment(on: key), width: width - indent).map { "\(margin)# \($0)" }
        let below = key.shape.keys
        var own = "\(margin)\(key.name):"
        if let example = key.example {
            own += example.hasPrefix("\n") ? shifted(example, by: indent) : " \(example)"
        }
        var text = comments.joined(separator: "\n") + "\n" + switchedOff(own, isOff) + "\n"
        guard key.example == nil else { return text }
        var inner = indent + 2
        if case .named(_, let naming) = key.shape {
            text += switchedOff(String(repeating: " ", count: inner) + naming.example + ":", isOff) + "\n"
            inner += 2
        }
        for key in below { text += lines(of: key, indent: inner, isOff: isOff) }
        return text
    }

    private static func comment(on key: ManifestKey) -> String {
        var text = key.summary
        if let fallback = key.fallback { text += " Default: \(fallback)." }
        if let later = key.later { text += " Not implemented: \(later)." }
        return text
    }

    private static func switchedOff(_ lines: String, _ isOff: Bool) -> String {
        guard isOff else { return lines }
        return lines.split(separator: "\n").map { "#\($0)" }.joined(separator: "\n")
    }

    private static func shifted(_ example: String, by indent: Int) -> String {
        example.replacing("\n", with: "\n" + String(repeating: " ", count: indent))
    }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + word.count + 1 > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? word : " \(word)"
        }
        return lines + [line]
    }
}
