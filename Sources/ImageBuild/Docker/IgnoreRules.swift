import Glibc

/// What a build's context leaves out: `.dockerignore`, as Docker reads it (one pattern a line; `#` for comments, `!` takes back, `**` is
/// any number of folders; the last one that fits decides).
public struct IgnoreRules: Hashable, Sendable {
    private struct Rule: Hashable {
        var parts: [String]
        var takesBack: Bool
    }

    private let rules: [Rule]

    /// What is left out of a project that has no `.dockerignore`: what building makes, what version control keeps, and what holds secrets.
    public static let standard = """
        # Made by beamctl: what an image is not built of.
        .git
        .elixir_ls
        .lexical
        _build
        deps
        doc
        cover
        **/node_modules
        priv/static/assets
        erl_crash.dump
        *.ez
        .env
        .env.*
        *.tar
        *.tar.gz

        """

    /// Reads the text of a `.dockerignore`.
    public init(_ text: String) {
        rules = text.split(whereSeparator: \.isNewline).compactMap { line in
            var pattern = line.drop { $0 == " " || $0 == "\t" }
            while pattern.last == " " || pattern.last == "\t" || pattern.last == "\r" { pattern = pattern.dropLast() }
            guard !pattern.isEmpty, pattern.first != "#" else { return nil }
            let takesBack = pattern.first == "!"
            if takesBack { pattern = pattern.dropFirst() }
            let parts = pattern.split(separator: "/").map(String.init).filter { $0 != "." }
            return parts.isEmpty ? nil : Rule(parts: parts, takesBack: takesBack)
        }
    }

    /// Whether a path is left out, by itself or with a folder that it is in.
    public func leavesOut(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        var isOut = false
        for rule in rules where rule.takesBack == isOut {
            if (1...max(1, parts.count)).contains(where: { Self.fits(rule.parts[...], parts.prefix($0)) }) {
                isOut = !rule.takesBack
            }
        }
        return isOut
    }

    /// Whether some rule takes back: then a folder that is left out may hold what is not.
    public var takesBack: Bool { rules.contains(where: \.takesBack) }

    private static func fits(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "**" {
            return (0...path.count).contains { fits(pattern.dropFirst(), path.dropFirst($0)) }
        }
        guard let name = path.first, fnmatch(first, name, 0) == 0 else { return false }
        return fits(pattern.dropFirst(), path.dropFirst())
    }
}
