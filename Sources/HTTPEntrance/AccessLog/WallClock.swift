internal import Glibc

/// The time of day as RFC 3339 has it; the calendar is asked once a second.
struct WallClock {
    private var second = -1
    private var text = ""

    /// `2026-01-31T12:34:56.789Z`.
    mutating func now() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        if now.tv_sec != second {
            second = now.tv_sec
            var parts = tm()
            gmtime_r(&now.tv_sec, &parts)
            text =
                "\(parts.tm_year + 1900)-\(Self.two(parts.tm_mon + 1))-\(Self.two(parts.tm_mday))T\(Self.two(parts.tm_hour))"
                + ":\(Self.two(parts.tm_min)):\(Self.two(parts.tm_sec))."
        }
        let milliseconds = "\(now.tv_nsec / 1_000_000)"
        return text + String(repeating: "0", count: 3 - milliseconds.count) + milliseconds + "Z"
    }

    private static func two(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
