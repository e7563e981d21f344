/// Finds what was probably meant.
public enum NearestKey {
    /// What an unknown key was probably meant to be: a key beside it that is written almost alike, or one of that name in
    /// another place; nil when there is no such.
    static func suggestion(for written: String, among keys: [ManifestKey]) -> String? {
        if let near = nearest(to: written, among: keys.map(\.name)) { return near }
        let text = plain(written)
        return paths(of: ManifestTable.keys).first { path in
            path.contains(".") && path.split(separator: ".").last.map { plain(String($0)) } == text
        }
    }

    /// The word that is nearest, if one is near: as many changes as a third of its length, at most 2.
    public static func nearest(to written: String, among words: [String]) -> String? {
        let text = plain(written)
        let ranked = words.map { (word: $0, distance: distance(text, plain($0))) }.min { $0.distance < $1.distance }
        guard let best = ranked, best.distance <= min(2, max(1, best.word.count / 3)) else { return nil }
        return best.word
    }

    private static func paths(of keys: [ManifestKey], below path: String = "") -> [String] {
        keys.flatMap { key -> [String] in
            let own = path.isEmpty ? key.name : "\(path).\(key.name)"
            if case .named = key.shape { return [own] }
            return [own] + paths(of: key.shape.keys, below: own)
        }
    }

    /// `maxSurge`, `max-surge` and `MAX_SURGE` are the same.
    private static func plain(_ text: String) -> String {
        String(text.prefix(40).lowercased().filter { $0 != "_" && $0 != "-" })
    }

    /// How many insertions, deletions, replacements and swaps of neighbours lead from one to the other.
    static func distance(_ left: String, _ right: String) -> Int {
        let (from, to) = (Array(left), Array(right))
        var before: [Int] = []
        var last = Array(0...to.count)
        for row in from.indices {
            var current = [row + 1]
            for column in to.indices {
                let isSame = from[row] == to[column]
                var best = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, from[row] == to[column - 1], from[row - 1] == to[column] {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, last) = (last, current)
        }
        return last[to.count]
    }
}
