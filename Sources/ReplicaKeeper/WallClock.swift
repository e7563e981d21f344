import Glibc

/// The time of day, UTC.
struct WallClock {
    private let moment: timespec

    static func now() -> WallClock {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        return WallClock(moment: moment)
    }

    /// Milliseconds since 1970.
    var milliseconds: Int64 { Int64(moment.tv_sec) * 1000 + Int64(moment.tv_nsec) / 1_000_000 }

    /// RFC 3339 with microseconds, such as `2026-11-23T06:18:00.123456Z`.
    var text: String {
        var fields = tm()
        var seconds = moment.tv_sec
        gmtime_r(&seconds, &fields)
        let date = "\(Int(fields.tm_year) + 1900)-\(Self.padded(Int(fields.tm_mon) + 1))-\(Self.padded(Int(fields.tm_mday)))"
        let time = "\(Self.padded(Int(fields.tm_hour))):\(Self.padded(Int(fields.tm_min))):\(Self.padded(Int(fields.tm_sec)))"
        return "\(date)T\(time).\(Self.padded(moment.tv_nsec / 1000, to: 6))Z"
    }

    private static func padded(_ number: Int, to width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
