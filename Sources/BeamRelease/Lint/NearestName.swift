/// Which name may have been meant.
enum NearestName {
    /// How many candidates are looked at: a release reads some dozens of variables.
    static let mostCandidates = 200

    /// The candidate that differs least; nil when none is near. At most a third of the letters may differ, upper and lower case
    /// do not count, and two letters that have changed places count as one.
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.uppercased().utf8)
        guard (1...256).contains(wanted.count) else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates.prefix(mostCandidates) where candidate != name {
            let other = Array(candidate.uppercased().utf8)
            let limit = max(1, max(wanted.count, other.count) / 3)
            guard other.count <= 256, abs(other.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, other)
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// Letters put in, taken out, changed, or swapped with their neighbour (optimal string alignment).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var line = [row + 1]
            for (column, other) in right.enumerated() {
                var least = min(last[column + 1] + 1, line[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    least = min(least, before[column - 1] + 1)
                }
                line.append(least)
            }
            (before, last) = (last, line)
        }
        return last[right.count]
    }
}
