internal import ExternalTermFormat

/// How long the normal schedulers of a BEAM have worked, out of how long they have been there.
///
/// Counters that only mean something as a difference: ``utilization(since:)``. Source: `erlang:statistics/1`,
/// `scheduler_wall_time`.
struct SchedulerTimes: Hashable, Sendable {
    /// Time at work and time in all, in a unit of the VM's own.
    private struct Time: Hashable, Sendable {
        var active: Int
        var total: Int
    }

    /// By the scheduler's number.
    private let storage: [Int: Time]

    /// Reads `[{Number, Active, Total}]`, and leaves out what is no normal scheduler or is offline.
    ///
    /// - Parameter online: how many normal schedulers are online; they have the numbers from 1 on.
    /// - Returns: `nil` when the answer is anything else, such as `undefined` while the flag is off.
    init?(_ answer: Term, online: Int) {
        guard let rows = answer.list else { return nil }
        var storage: [Int: Time] = [:]
        for row in rows {
            guard let parts = row.tuple, parts.count == 3, let number = parts[0].int, let active = parts[1].int,
                let total = parts[2].int
            else { return nil }
            if (1...max(online, 1)).contains(number) { storage[number] = Time(active: active, total: total) }
        }
        self.storage = storage
    }

    /// The share of time at work, 0…1, of the schedulers that are in both.
    ///
    /// - Returns: `nil` when no time has passed, or when the counters were set back in between.
    func utilization(since earlier: SchedulerTimes) -> Double? {
        var (active, total) = (0, 0)
        for (number, time) in storage {
            guard let before = earlier.storage[number] else { continue }
            guard time.total >= before.total, time.active >= before.active else { return nil }
            active += time.active - before.active
            total += time.total - before.total
        }
        return total > 0 ? min(1, Double(active) / Double(total)) : nil
    }
}
