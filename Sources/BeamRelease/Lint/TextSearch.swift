/// Finding fixed words in texts that may be long and hostile: byte by byte, in one pass.
extension StringProtocol {
    /// What stands behind the first place with these words; nil when there is none.
    func rest(after words: String) -> SubSequence? {
        let wanted = Array(words.utf8)
        guard let first = wanted.first else { return self[...] }
        var place = utf8.startIndex
        while let start = utf8[place...].firstIndex(of: first) {
            if utf8[start...].starts(with: wanted) {
                return self[utf8.index(start, offsetBy: wanted.count)...]
            }
            place = utf8.index(after: start)
        }
        return nil
    }

    /// What stands before the first of these bytes; all of it when there is none.
    func until(_ isEnd: (UInt8) -> Bool) -> SubSequence {
        self[..<(utf8.firstIndex(where: isEnd) ?? endIndex)]
    }

    /// The number that it begins with, from 1, of nine digits at most; nil when there is none.
    var leadingNumber: Int? {
        let digits = until { !(0x30...0x39).contains($0) }
        return digits.utf8.count <= 9 ? Int(digits).flatMap { $0 > 0 ? $0 : nil } : nil
    }
}
