/// Paths as texts, without asking the file system.
enum RelativePath {
    /// A path that is relative to a folder, as one that is relative to where the folder is: `apps/web` and `../../x` give `x`.
    static func joined(_ folder: String, _ path: String) -> String {
        if path.hasPrefix("/") { return path }
        var parts: [Substring] = []
        for part in folder.split(separator: "/") + path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}
