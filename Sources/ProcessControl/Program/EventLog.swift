import Glibc

/// One line per event on standard error.
package enum EventLog {
    /// Writes the time (UTC) and the event. One `write`, so that lines of two threads never mix.
    package static func write(_ event: String) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        let line =
            "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour))"
            + ":\(two(parts.tm_min)):\(two(parts.tm_sec))Z \(event.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
        raw(line)
    }

    /// Writes text as it is. Whoever read standard error may be gone: then nothing is written.
    package static func raw(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }

    private static func two(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
