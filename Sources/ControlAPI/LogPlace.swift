import FleetModel

/// How far a log has been read, so that a broken stream can be taken up again without a line lost or told twice.
struct LogPlace {
    private var last: Timestamp?
    /// How often each line of the newest moment came: the next stream begins with that moment, and so with them.
    private var linesOfLast: [LogLine: Int] = [:]
    /// What the next stream tells again.
    private var toSkip: [LogLine: Int] = [:]
    private var breaks = 0

    /// Whether it makes sense to try again: something came since it last broke, or it has not broken often.
    var isFresh: Bool { breaks < 3 }

    /// The same question, from here on.
    func resumed(_ query: LogQuery) -> LogQuery {
        guard let last else { return query }
        return LogQuery(replica: query.replica, since: last, tail: nil, follow: query.follow)
    }

    /// Notes a line; false for one that was there before the stream broke.
    mutating func isNew(_ line: LogLine) -> Bool {
        breaks = 0
        if let again = toSkip[line], again > 0 {
            toSkip[line] = again - 1
            return false
        }
        if last.map({ line.at > $0 }) ?? true {
            last = line.at
            linesOfLast = [:]
        }
        if line.at == last { linesOfLast[line, default: 0] += 1 }
        return true
    }

    /// The stream broke.
    mutating func broke() {
        breaks += 1
        toSkip = linesOfLast
    }
}
