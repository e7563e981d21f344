/// What a daemon can tell a keeper: lines on the pipe `control`.
struct ControlWords {
    enum Word: Equatable {
        /// `stop <milliseconds>`: ask the BEAM to end, kill it when it has not within that time. `stop <milliseconds> again`: ask it
        /// again and again, since a BEAM that is booting drops what it is asked.
        case stop(graceMilliseconds: Int64, again: Bool)
        /// `kill`: end it now.
        case kill
    }

    private var rest: [UInt8] = []

    /// The words that these bytes complete; what is no word is passed over.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [Word] {
        rest.append(contentsOf: bytes)
        var words: [Word] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if let word = Self.word(String(decoding: rest[..<end], as: UTF8.self)) { words.append(word) }
            rest.removeSubrange(...end)
        }
        if rest.count > 256 { rest.removeAll() }
        return words
    }

    private static func word(_ line: String) -> Word? {
        let parts = line.split(separator: " ")
        if parts == ["kill"] { return .kill }
        guard parts.count == 2 || (parts.count == 3 && parts[2] == "again"), parts[0] == "stop",
            let grace = Int64(parts[1]), (0...86_400_000).contains(grace)
        else { return nil }
        return .stop(graceMilliseconds: grace, again: parts.count == 3)
    }
}
