extension Timestamp {
    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction]Z` (RFC 3339, UTC only); nil for anything else.
    public init?(rfc3339 bytes: some Collection<UInt8>) {
        let text = Array(bytes)
        guard text.count >= 20, text.last == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            text[range].reduce(Int64?.some(0)) { sum, byte in
                guard let sum, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                return sum * 10 + Int64(byte - UInt8(ascii: "0"))
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month)
        else { return nil }
        var milliseconds: Int64 = 0
        if text[19] == UInt8(ascii: ".") {
            guard let fraction = number(20..<min(23, text.count - 1)) else { return nil }
            milliseconds = fraction
            for _ in min(23, text.count - 1)..<23 { milliseconds *= 10 }
        }
        let days = Self.days(year: year, month: month, day: day)
        self.init(milliseconds: ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + milliseconds)
    }

    /// Days from 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day comes last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
