/// The two forms of a time in a certificate (RFC 5280, 4.1.2.5).
enum CertificateTime {
    /// Seconds since 1970.
    static func seconds(_ element: DERReader.Element) throws(DERProblem) -> Int64 {
        let problem = DERProblem(offset: element.content.startIndex, expected: DERReader.Tag.utcTime)
        let isShort = element.tag == DERReader.Tag.utcTime
        guard isShort || element.tag == DERReader.Tag.generalizedTime else { throw problem }
        let digits = element.content.dropLast().map { Int64($0) - Int64(UInt8(ascii: "0")) }
        guard element.content.last == UInt8(ascii: "Z"), digits.allSatisfy({ (0...9).contains($0) }),
            digits.count == (isShort ? 12 : 14)
        else { throw problem }
        let pairs = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
        // A year of two digits is one of 1950 to 2049.
        let year = isShort ? (pairs[0] < 50 ? 2000 : 1900) + pairs[0] : pairs[0] * 100 + pairs[1]
        let rest = pairs.suffix(5)
        let (month, day) = (rest[rest.startIndex], rest[rest.startIndex + 1])
        let clock = rest.suffix(3).reduce(0) { $0 * 60 + $1 }
        guard (1...12).contains(month), (1...31).contains(day) else { throw problem }
        return days(year, month, day) * 86_400 + clock
    }

    /// The days from 1970 to a date of the Gregorian calendar: years are counted from March, so that a leap day is the last of its
    /// year, and in eras of 400 years.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
